//! Saving a file: whole or not at all, and never over somebody else's change.

use std::fs;
use std::path::Path;

use signpost::io::store::atomic::{Access, Expected, SaveError, write};
use signpost::io::store::{LoadError, Stamp, load};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_save_over_somebody_elses_change_is_refused_and_shows_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    let stamp = write(&path, b"url = \"mine\"\n", Expected::Nothing, Access::Usual).unwrap();
    assert_eq!(load(&path).unwrap().stamp, stamp);
    fs::write(&path, "url = \"theirs\"\n").unwrap();
    let error =
        write(&path, b"url = \"mine, changed\"\n", Expected::Loaded(stamp), Access::Usual).unwrap_err();
    let SaveError::Changed { theirs, .. } = error else { panic!("{error}") };
    assert_eq!(theirs, "url = \"theirs\"\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    // Having seen theirs, the user may save over it.
    write(&path, b"url = \"both\"\n", Expected::Loaded(Stamp::of(theirs.as_bytes())), Access::Usual).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "url = \"both\"\n");
    assert_eq!(names(folder.path()), ["a.toml"]);
}

#[test]
fn a_file_that_went_away_and_one_that_came_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    let gone = write(&path, b"x", Expected::Loaded(Stamp::of(b"")), Access::Usual).unwrap_err();
    assert!(matches!(gone, SaveError::Gone { .. }) && gone.to_string().contains("a.toml"), "{gone}");
    fs::write(&path, "theirs").unwrap();
    let came = write(&path, b"x", Expected::Nothing, Access::Usual).unwrap_err();
    assert!(matches!(came, SaveError::Changed { ref theirs, .. } if theirs == "theirs"), "{came}");
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_path_and_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/a.toml");
    let error = write(&path, b"x", Expected::Anything, Access::Usual).unwrap_err().to_string();
    assert!(error.contains("a.toml") && error.contains("create its folder"), "{error}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn permissions_stay_and_private_files_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, b"y", Expected::Anything, Access::Usual).unwrap();
        assert_eq!(mode(&path), 0o640);
        write(&path, b"z", Expected::Anything, Access::Private).unwrap();
        assert_eq!(mode(&path), 0o600);

        let plain = folder.path().join("plain");
        fs::write(&plain, "x").unwrap();
        let new = folder.path().join("new.toml");
        write(&new, b"x", Expected::Nothing, Access::Usual).unwrap();
        assert_eq!(mode(&new), mode(&plain), "a new file follows the umask");
    }

    #[test]
    fn a_file_marked_read_only_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let error = write(&path, b"y", Expected::Anything, Access::Usual).unwrap_err();
        assert!(matches!(error, SaveError::ReadOnly { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "x");
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("link.toml"));
        symlink("real.toml", &link).unwrap();
        write(&link, b"first", Expected::Nothing, Access::Usual).unwrap();
        write(&link, b"second", Expected::Loaded(Stamp::of(b"first")), Access::Usual).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "second");
        symlink("loop.toml", folder.path().join("loop.toml")).unwrap();
        let error = write(&folder.path().join("loop.toml"), b"x", Expected::Anything, Access::Usual);
        assert!(error.unwrap_err().to_string().contains("symbolic links"));
    }

    /// Runs the same test again in a process that may write no more than a few bytes, as a full disk
    /// would have it: the kernel refuses the write, not a stand-in.
    #[test]
    fn a_disk_that_takes_no_more_loses_nothing() {
        const FOLDER: &str = "SIGNPOST_TEST_FULL_DISK";
        if let Some(folder) = std::env::var_os(FOLDER) {
            let path = Path::new(&folder).join("a.toml");
            let error = write(&path, &[b'x'; 100_000], Expected::Anything, Access::Usual).unwrap_err();
            let shown = error.to_string();
            assert!(shown.contains("couldn't save") && shown.contains("the old file is intact"), "{shown}");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.toml"), "old").unwrap();
        let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
        let name = "saving::unix::a_disk_that_takes_no_more_loses_nothing";
        let output = std::process::Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .args([name, "--exact"])
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
        assert_eq!(fs::read_to_string(folder.path().join("a.toml")).unwrap(), "old");
        assert_eq!(names(folder.path()), ["a.toml"]);
    }
}

/// Kills a process that saves again and again, at whatever moment comes, and finds one version or the
/// other.
#[test]
fn a_kill_at_any_moment_leaves_a_whole_file() {
    const FOLDER: &str = "SIGNPOST_TEST_KILLED";
    let versions = [vec![b'a'; 300_000], vec![b'b'; 200_000]];
    if let Some(folder) = std::env::var_os(FOLDER) {
        let path = Path::new(&folder).join("a.toml");
        for version in versions.iter().cycle() {
            write(&path, version, Expected::Anything, Access::Usual).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    for round in 0..8 {
        fs::write(&path, "old").unwrap();
        let mut saver = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["saving::a_kill_at_any_moment_leaves_a_whole_file", "--exact"])
            .env(FOLDER, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut seen = 0;
        // Each round kills at another moment, once saving is under way.
        while seen <= round {
            let now = fs::read(&path).unwrap();
            assert!(now == b"old" || versions.contains(&now), "a piece of {} bytes", now.len());
            seen += usize::from(now != b"old");
            assert_eq!(saver.try_wait().unwrap(), None, "the saver gave up");
        }
        saver.kill().unwrap();
        saver.wait().unwrap();
        assert!(versions.contains(&fs::read(&path).unwrap()));
    }
}

#[test]
fn what_is_no_text_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    fs::write(&path, b"url = \"x\"\nname = \"\xff\"\n").unwrap();
    let LoadError::Broken { error, .. } = load(&path).unwrap_err() else { panic!("it loaded") };
    assert_eq!((error.line, error.column), (2, 9));
    assert!(error.message.contains("UTF-8"));
}
