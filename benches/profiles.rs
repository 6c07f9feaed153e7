//! The cost of a profile: reading files of 1,000 profiles and following one through them.
//! It should take less than 5 ms.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use signpost::core::aws_environment::AwsEnvironment;
use signpost::io::store::aws_files::AwsStore;

const PROFILES: usize = 1000;

/// Roles of which each is assumed with the one before, SSO roles, and keys, as an administrator of many
/// accounts has them.
fn config() -> (String, String) {
    let (mut config, mut credentials) = (String::new(), String::new());
    for number in 0..PROFILES {
        writeln!(config, "[profile p{number}]\nregion = eu-west-1\noutput = json\n# account {number}")
            .unwrap();
        match number % 4 {
            0 => {
                writeln!(credentials, "[p{number}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE").unwrap();
                writeln!(credentials, "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
                    .unwrap();
            }
            3 => {
                writeln!(
                    config,
                    "sso_session = corp\nsso_account_id = {:012}",
                    111_111_000_000_u64 + number as u64
                )
                .unwrap();
                writeln!(config, "sso_role_name = Developer").unwrap();
            }
            _ => {
                writeln!(
                    config,
                    "role_arn = arn:aws:iam::{:012}:role/Admin",
                    111_111_000_000_u64 + number as u64
                )
                .unwrap();
                writeln!(config, "source_profile = p{}\nduration_seconds = 3600", number - 1).unwrap();
            }
        }
    }
    config.push_str(
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
    );
    (config, credentials)
}

fn profiles(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join("signpost-bench-profiles");
    fs::create_dir_all(folder.join(".aws")).expect("a folder for the files");
    let (config, credentials) = config();
    fs::write(folder.join(".aws/config"), config).expect("the config file");
    fs::write(folder.join(".aws/credentials"), credentials).expect("the credentials file");
    let home = folder.display().to_string();
    let store = || AwsStore::new(AwsEnvironment::new([("HOME".to_owned(), home.clone())]));
    let mut group = criterion.benchmark_group("profiles");

    group.bench_function("1,000 read and one resolved", |bencher| {
        bencher.iter_batched(store, |store| black_box(store.resolves("p998")), BatchSize::SmallInput);
    });
    group.bench_function("one of 1,000 resolved again", |bencher| {
        let store = store();
        bencher.iter(|| black_box(store.resolves("p998")));
    });
    group.finish();
    assert!(store().resolves("p998"), "the profile has a credential");
    let _ = fs::remove_dir_all(folder);
}

criterion_group!(benches, profiles);
criterion_main!(benches);
