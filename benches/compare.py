#!/usr/bin/env python3
"""Measures signpost and its peers side by side, in one run, and prints Markdown tables.

    cargo build --release && benches/compare.py
    benches/compare.py --signpost PATH --peers DIR --only start,send --runs 30
    benches/compare.py --before OLD --peers /nowhere      # a change against the binary before it

Python 3.9 and its standard library, on Linux (CPU and memory are read from /proc). Peers are looked
for in DIR/bin and in PATH; one that is not there is left out of the tables:

    cargo install --root DIR atac slumber hurl

The screen is timed to the arrival of the bytes that hold the words waited for, read from a
pseudo-terminal of 160x45; no terminal is modelled, since that would cost more than the programs do.
Programs take turns within each round, so that a slow moment of the machine falls on all of them.
"""

import argparse
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import selectors
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 160, 45
ROOT = pathlib.Path(__file__).resolve().parent.parent
ESCAPES = re.compile(rb"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|_[^\x1b]*\x1b\\|[()][0-9A-B]|[=>78])")
# What terminals are asked at the start, and what a plain one says. An unanswered one costs its asker a time-out.
ANSWERS = [(b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b[0c", b"\x1b[?62;22c"), (b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[5n", b"\x1b[0n"),
           (b"\x1b[?u", b"\x1b[?0u"), (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\"), (b"\x1b]10;?", b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
           (b"\x1b[14t", b"\x1b[4;900;1600t"), (b"\x1b[16t", b"\x1b[6;20;10t")]
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def environment(home):
    """Nothing of the user's, so that nothing but the program itself is measured."""
    own = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    data = {f"XDG_{kind}_HOME": f"{home}/{kind.lower()}" for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    return own | data | {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Screen:
    """A program in a pseudo-terminal."""

    def __init__(self, command, folder, home):
        self.master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.bytes = b""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=folder, env=environment(home), start_new_session=True,
                                        stdin=terminal, stdout=terminal, stderr=terminal)
        os.close(terminal)

    def read(self, timeout):
        """The time at which something came, or None."""
        if not select.select([self.master], [], [], timeout)[0]:
            return None
        try:
            chunk = os.read(self.master, 1 << 20)
        except OSError:  # Linux: the program has closed its end.
            return None
        now = time.perf_counter()
        for question, answer in ANSWERS:
            if question in chunk:
                os.write(self.master, answer)
        self.bytes += chunk
        return now if chunk else None

    def wait_for(self, words, timeout=60.0):
        """Seconds from now (or from the start) until all of the words have come."""
        words = [word.encode() for word in words]
        deadline = time.perf_counter() + timeout
        while True:
            now = self.read(max(0.0, deadline - time.perf_counter()))
            if now is None:
                raise RuntimeError(f"{words} did not come within {timeout} s; what came: {self.text().decode(errors='replace')[-3000:]}")
            text = self.text()
            if all(word in text for word in words):
                return now - self.started

    def text(self):
        return ESCAPES.sub(b"", self.bytes)

    def settle(self, quiet=0.4, longest=10.0):
        """Reads until nothing has come for a while."""
        deadline = time.perf_counter() + longest
        while time.perf_counter() < deadline and self.read(quiet) is not None:
            pass

    def press(self, key):
        """Sends a key; what comes is timed and looked through from here on."""
        self.bytes = b""
        self.started = time.perf_counter()
        os.write(self.master, key.encode())

    def cpu(self):
        """Seconds of CPU of all its threads, to the nanosecond."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak(self):
        """Largest resident memory so far, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024

    def close(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(how)
                try:
                    self.process.wait(0.3)
                except subprocess.TimeoutExpired:
                    pass
        self.process.wait()
        os.close(self.master)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Signpost:
    name, words, send, down = "signpost", ["request-00000", "Params", "Quit"], "s", "j"

    def __init__(self, program):
        self.program = program

    def command(self, _folder):
        return [self.program, "."]

    def prepare(self, folder, count, url):
        (folder / "signpost.toml").write_text('name = "bench"\n')
        for number in range(count):
            text = f'method = "GET"\nurl = "{url}"\n\n[auth]\nkind = "none"\n'
            (folder / f"request-{number:05}.toml").write_text(text)


class Before(Signpost):
    name = "signpost before"


class Variables(Signpost):
    """500 variables in the workspace, and 50 folders with 10 of their own."""

    name = "signpost, 500 variables and 50 folders"

    # Its requests are in folders.
    words = ["folder-00", "Params", "Quit"]

    def prepare(self, folder, count, url):
        super().prepare(folder, count, url)
        rows = "".join(f'variable_{number:03} = "https://{{{{variable_000}}}}/{number}"\n' for number in range(1, 500))
        (folder / "signpost.toml").write_text(f'name = "bench"\n\n[variables]\nvariable_000 = "example.com"\n{rows}')
        for number in range(50):
            inner = folder / f"folder-{number:02}"
            inner.mkdir()
            own = "".join(f'variable_{own:03} = "{number}"\n' for own in range(10))
            (inner / "folder.toml").write_text(f"[variables]\n{own}")
            (inner / "request.toml").write_text(f'method = "GET"\nurl = "{url}"\n')


class Slumber:
    name, words, send, down = "slumber", ["request-00000", "GET"], "\r", "\x1b[B"

    def __init__(self, program):
        self.program = program

    def command(self, _folder):
        return [self.program]

    def prepare(self, folder, count, url):
        recipes = (f'  r{number}:\n    name: "request-{number:05}"\n    method: GET\n    url: "{url}"\n' for number in range(count))
        (folder / "slumber.yml").write_text("requests:\n" + "".join(recipes))


class Atac:
    # Its first screen is whole but for the collections, which come a quarter of a second later: not counted.
    name, words, send, down = "ATAC", ["Collections", "Create"], None, "\x1b[B"

    def __init__(self, program):
        self.program = program

    def command(self, folder):
        return [self.program, "--directory", str(folder)]

    def prepare(self, folder, count, url):
        command = [self.program, "--directory", str(folder), "collection", "new", "bench"]
        subprocess.run(command, env=environment(folder), check=True, capture_output=True)
        for number in range(count):
            command = [self.program, "--directory", str(folder), "request", "new", f"bench/request-{number:05}", "--url", url]
            subprocess.run(command, env=environment(folder), check=True, capture_output=True)


class Shell:
    """What a terminal and a process cost by themselves."""

    words = ["ready"]

    def __init__(self, program):
        self.program, self.name = program, f"{program} that prints one word"

    def command(self, _folder):
        return [self.program, "-c", "echo ready"]

    def prepare(self, folder, count, url):
        pass


class Workspace:
    """A program's folder with a number of requests."""

    def __init__(self, program, count, url="http://127.0.0.1:9/"):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="compare-home-"))
        program.prepare(self.folder, count, url)

    def open(self):
        return Screen(self.program.command(self.folder), self.folder, self.home)

    def ready(self):
        screen = self.open()
        try:
            screen.wait_for(self.program.words)
        except RuntimeError:
            screen.close()
            raise
        screen.settle()
        return screen

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)


def origin(body):
    """An HTTP origin on loopback, in a process of its own; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    child = os.fork()
    if child:
        return listener.getsockname()[1], child
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()

    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    heard = {}
    try:
        # One thread: with several, Python's lock would be what is measured.
        while True:
            for ready, _ in waiting.select():
                connection = ready.fileobj
                if connection is listener:
                    connection = listener.accept()[0]
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    waiting.register(connection, selectors.EVENT_READ)
                    heard[connection] = b""
                elif piece := connection.recv(65536):
                    heard[connection] += piece
                    while b"\r\n\r\n" in heard[connection]:
                        heard[connection] = heard[connection].split(b"\r\n\r\n", 1)[1]
                        connection.sendall(head + body)
                else:
                    waiting.unregister(connection)
                    heard.pop(connection)
                    connection.close()
    finally:
        os._exit(0)


def table(title, unit, results, scale, digits, against=0):
    """A Markdown table; the ratio is to the row `against`."""
    print(f"### {title}\n\n| Program | Median | Middle 80 % | Times signpost |\n|---|---|---|---|")
    base = statistics.median(results[against][1]) if results else 0
    for name, values in results:
        values = sorted(values)
        low, high = values[len(values) // 10], values[-1 - len(values) // 10]
        middle = statistics.median(values)
        ratio = f"{middle / base:.2f}" if base else "-"
        print(f"| {name} | {middle * scale:.{digits}f} {unit} | {low * scale:.{digits}f} to {high * scale:.{digits}f} | {ratio} |")
    print(flush=True)


def in_turns(things, runs, measure):
    """[(name, [values])]: each thing once a round; a first round warms the caches."""
    results = [(thing.program.name if isinstance(thing, Workspace) else thing[0], []) for thing in things]
    for round_ in range(runs + 1):
        for thing, (_, values) in zip(things, results):
            value = measure(thing)
            if round_:
                values.append(value)
    return results


def start(workspace):
    with workspace.open() as screen:
        return screen.wait_for(workspace.program.words)


def measure_start(programs, options):
    for count, title, kinds, runs in [
        (10, "Start to the first full screen, ten requests", (Signpost, Shell, Atac, Slumber), options.runs),
        (10_000, "Start with 10,000 requests", (Signpost, Slumber), max(3, options.runs // 3)),
    ]:
        workspaces = [Workspace(program, count) for program in programs if isinstance(program, kinds)]
        table(title, "ms", in_turns(workspaces, runs, start), 1e3, 1)
        for workspace in workspaces:
            workspace.remove()


def key(screen, keys):
    """Seconds from a key to the first byte that it causes."""
    screen.settle(0.02, 0.5)
    screen.press(keys)
    came = screen.read(5.0)
    if came is None:
        raise RuntimeError("a key caused nothing")
    return came - screen.started


def measure_keys(programs, options):
    for count, kinds in [(10, (Signpost, Atac, Slumber)), (10_000, (Signpost, Slumber))]:
        workspaces = [Workspace(program, count) for program in programs if isinstance(program, kinds)]
        screens = [(workspace.program, workspace.ready()) for workspace in workspaces]

        def down_and_up(opened):
            # Down and up again, so that the end of the list is never met.
            program, screen = opened
            up = {"j": "k", "\x1b[B": "\x1b[A"}[program.down]
            return (key(screen, program.down) + key(screen, up)) / 2

        results = in_turns(screens, options.runs * 3, down_and_up)
        for (_, screen), workspace in zip(screens, workspaces):
            screen.close()
            workspace.remove()
        named = [(program.name, values[2:]) for (program, _), (_, values) in zip(screens, results)]
        table(f"Key to the first byte of the new frame, {count:,} requests", "ms", named, 1e3, 2)


class Texts(Signpost):
    """Requests of about a kilobyte each."""

    def prepare(self, folder, count, url):
        (folder / "signpost.toml").write_text('name = "bench"\n')
        for number in range(count):
            items = ",\n".join(f'    {{ "id": {item}, "name": "item {item} of order {number}", "price": {item}.25 }}' for item in range(8))
            text = (f'name = "request-{number:05}"\nmethod = "PUT"\nurl = "{url}customers/{number % 97}/orders/{number}"\n'
                    f'notes = "Expect 200, and the order {number} with its eight items."\n\n[body]\nkind = "json"\n'
                    f'text = """\n{{\n  "order": {number},\n  "items": [\n{items}\n  ]\n}}\n"""\n')
            (folder / f"request-{number:05}.toml").write_text(text)


def measure_find(programs, options):
    words = "order 9999"
    workspace = Workspace(Texts(programs[0].program), 10_000)
    took = [[] for _ in words]
    with workspace.ready() as screen:
        screen.press("\x06")
        screen.settle(3.0, 60.0)
        for _ in range(options.runs):
            for times, letter in zip(took, words):
                times.append(key(screen, letter))
            for _ in words:
                screen.press("\x7f")
                screen.settle(0.05, 1.0)
    workspace.remove()
    named = [(f"`{words[:length + 1]}`", times) for length, times in enumerate(took)]
    table("Key while finding a text in 10,000 requests", "ms", named, 1e3, 2)


def measure_editor(programs, options):
    """The workspace editor: the key that opens it, one that goes down, and one that begins to type."""
    workspace = Workspace(Variables(programs[0].program), 10)
    took = {"opens it": [], "goes down a row": [], "begins to type into a value": []}
    with workspace.ready() as screen:
        for _ in range(options.runs):
            for times, pressed in zip(took.values(), ("5", "j", "\r")):
                times.append(key(screen, pressed))
            for back in "\x1b\x1b":
                screen.press(back)
                screen.settle(0.1, 1.0)
    workspace.remove()
    table("Key in the workspace editor with 500 variables and 50 folders", "ms", list(took.items()), 1e3, 2)


def measure_trust(programs, options):
    """The start with a thousand trusted workspaces next to none, and the question about one from elsewhere."""
    workspaces = [Workspace(programs[0], 10), Workspace(programs[0], 10)]
    trusted = workspaces[1]
    for number in range(1_000):
        folder = trusted.home / f"trusted-{number}"
        folder.mkdir()
        (folder / "signpost.toml").write_text('name = "trusted"\n')
        subprocess.run([programs[0].program, "trust", "--yes", str(folder)], env=environment(trusted.home), check=True, capture_output=True)
    named = list(zip(("no trusted workspace", "1,000 trusted workspaces"), workspaces))
    table("Start, by workspaces trusted", "ms", in_turns(named, options.runs, lambda case: start(case[1])), 1e3, 1)

    def question(case):
        with case[1].ready() as screen:
            screen.press(Signpost.send)
            return screen.wait_for(["Trust this workspace?"])

    reads = Workspace(programs[0], 1, "http://127.0.0.1:9/?home={{env:HOME}}")
    table("Send to the question, in a workspace from elsewhere", "ms", in_turns([("signpost", reads)], options.runs, question), 1e3, 1)
    for workspace in [*workspaces, reads]:
        workspace.remove()


def measure_idle(programs, options):
    seconds = 5
    cpu, written = [], []
    for program in (program for program in programs if not isinstance(program, Shell)):
        workspace = Workspace(program, 10)
        with workspace.ready() as screen:
            screen.settle(1.5)
            screen.bytes = b""
            before, began = screen.cpu(), time.perf_counter()
            while (left := began + seconds - time.perf_counter()) > 0:
                screen.read(left)
            cpu.append((program.name, [(screen.cpu() - before) / seconds]))
            written.append((program.name, [len(screen.bytes) / seconds]))
        workspace.remove()
    table("Idle: CPU for a second", "ms", cpu, 1e3, 2)
    table("Idle: bytes written for a second", "bytes", written, 1, 0)


def measure_send(programs, options):
    port, child = origin(b'{"message":"hello"}')
    url = f"http://127.0.0.1:{port}/hello"
    credentials = f"{KEYS['AWS_ACCESS_KEY_ID']}:{KEYS['AWS_SECRET_ACCESS_KEY']}"
    signpost = programs[0].program
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        variables = environment(folder) | KEYS
        file = pathlib.Path(folder) / "request.hurl"
        file.write_text(f"GET {url}\n[Options]\naws-sigv4: aws:amz:us-east-1:lambda\nuser: {credentials}\nHTTP 200\n")
        flags = ["send", "--service", "lambda", "--region", "us-east-1", url]
        commands = [("signpost send", [signpost, *flags])]
        if options.before:
            commands.append(("signpost send before", [options.before, *flags]))
        if curl := shutil.which("curl"):
            commands.append(("curl --aws-sigv4", [curl, "-s", "--aws-sigv4", "aws:amz:us-east-1:lambda", "-u", credentials, url]))
        if hurl := find("hurl", options.peers):
            commands.append(("hurl", [hurl, str(file)]))

        def send(command):
            began = time.perf_counter()
            done = subprocess.run(command[1], env=variables, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            took = time.perf_counter() - began
            if done.returncode != 0 or b"hello" not in done.stdout:
                raise RuntimeError(f"{command[1]}: {done.returncode} {done.stdout!r} {done.stderr!r}")
            return took

        table("One signed request to http on loopback, whole process", "ms", in_turns(commands, options.runs * 3, send), 1e3, 2)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def compact_json(size):
    """A JSON object on one line, of about this many bytes."""
    rows, length, number = [], 0, 0
    while length < size:
        row = json.dumps({"id": number, "name": f"marker-{number:06}", "note": "x" * 60}, separators=(",", ":"))
        rows.append(row)
        length += len(row) + 1
        number += 1
    return ('{"rows":[' + ",".join(rows) + "]}").encode()


def measure_large(programs, options):
    for size in (10_000_000, 100_000_000):
        measure_body(compact_json(size), programs, max(3, options.runs // 4))


def measure_body(body, programs, runs):
    port, child = origin(body)
    programs = [program for program in programs if isinstance(program, (Signpost, Slumber))]
    workspaces = [Workspace(program, 1, f"http://127.0.0.1:{port}/") for program in programs]

    def look(workspace):
        program = workspace.program
        with workspace.ready() as screen:
            screen.press(program.send)
            # In pretty form the second row's name stands on the first screen; raw, only the first does.
            seconds = screen.wait_for(["marker-000001" if isinstance(program, Signpost) else "marker-000000"])
            screen.settle(1.0)
            return seconds, screen.peak()

    measured = in_turns(workspaces, runs, look)
    for workspace in workspaces:
        workspace.remove()
    # slumber shows a body of this size raw.
    names = [f"{program.name}, {'pretty' if isinstance(program, Signpost) else 'raw'}" for program in programs]
    times, peaks = ([(name, [pair[at] for pair in pairs]) for name, (_, pairs) in zip(names, measured)] for at in range(2))
    title = f"A compact JSON body of {len(body) / 1e6:.1f} MB"
    table(f"{title}: Send to its rows on the screen", "ms", times, 1e3, 0)
    table(f"{title}: peak memory", "MiB", peaks, 1 / (1 << 20), 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def find(program, peers):
    beside = pathlib.Path(peers or ".") / "bin" / program
    return str(beside) if peers and beside.exists() else shutil.which(program)


MEASURES = {"start": measure_start, "keys": measure_keys, "trust": measure_trust, "find": measure_find, "editor": measure_editor, "idle": measure_idle, "send": measure_send, "large": measure_large}


def version(program):
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="\n\n".join(__doc__.split("\n\n")[1:]),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signpost", default=str(ROOT / "target/release/signpost"), help="the binary to measure")
    parser.add_argument("--before", metavar="PATH", help="another signpost, which takes its turns like a peer")
    parser.add_argument("--peers", metavar="DIR", help="where peers were installed to")
    parser.add_argument("--only", default=",".join(MEASURES), help="of " + ",".join(MEASURES))
    parser.add_argument("--runs", type=int, default=30, help="rounds; the large and slow things take fewer")
    options = parser.parse_args()
    if not os.access(options.signpost, os.X_OK):
        sys.exit(f"{options.signpost} is not there: run cargo build --release, or name the binary with --signpost")
    programs = [Signpost(str(pathlib.Path(options.signpost).resolve()))]
    if options.before:
        programs.append(Before(str(pathlib.Path(options.before).resolve())))
    programs += [Shell(shell) for shell in ("sh", "bash") if shutil.which(shell)]
    for kind, name in ((Atac, "atac"), (Slumber, "slumber")):
        if path := find(name, options.peers):
            programs.append(kind(path))
    print("; ".join(version(program.program) for program in programs if not isinstance(program, Shell)))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n", flush=True)
    for name in options.only.split(","):
        MEASURES[name](programs, options)


if __name__ == "__main__":
    main()
