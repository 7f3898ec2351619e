#!/usr/bin/python3
"""Kills Warren's agent around each command that changes something, on a host of a lab.

`cut.py install [CUT ...]` puts itself in the place of the tools that the agent runs; `cut.py remove` takes it away again,
and `cut.py log` prints what happened, one JSON object a line. Only what Warren itself starts is touched, and what only
reads passes. Of a command that changes something, the first run is held before the tool starts, and the second one when
it has ended and before Warren hears of it: each time until the agent has been killed with SIGKILL. After that the command
passes. CUTs such as "before join" and "during join", while it runs, leave it at the moments that are named.

It is the broker's tools and systemctl that are replaced, so that the product needs no hook for it. Whatever goes wrong,
no command is held for longer than PATIENCE.
"""

import base64
import json
import os
import re
import select
import signal
import subprocess
import sys
import time

SELF = "/usr/local/lib/warren-cut.py"
# The tools run as rabbitmq, in the agent's sandbox, which may write here.
FOLDER = "/var/lib/rabbitmq/cuts"
LOG = FOLDER + "/log"
WANTED = FOLDER + "/wanted"
TOOLS = ["/usr/lib/rabbitmq/bin/rabbitmqctl", "/usr/lib/rabbitmq/bin/rabbitmq-plugins", "/usr/bin/systemctl"]
# systemd lets the agent start again as often as it is killed here.
DROP_IN = "/run/systemd/system/warren.service.d/cuts.conf"
WATCHER = "warren-cuts"
PATIENCE = 20
PHASES = ["before", "during", "after"]
# For how long a command has run when it is cut off; the start of a tool of the broker takes half a second.
RUNNING = {"said": 0.15, "started": 1.0}

READING_SCRIPTS = {"observe", "look", "look at a split"}
READING_VERBS = {"show", "is-active", "status", "list-units", "cat"}
PAUSE = b"WARREN awaits\n"


def log(**entry):
    line = json.dumps({"at": round(time.time(), 3), **entry}) + "\n"
    descriptor = os.open(LOG, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def uncut(tool):
    return tool + ".uncut"


# In the place of a tool


def is_warren(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip() == "warren"
    except OSError:
        return False


def purpose(script):
    """The word in the first line of a script, where it changes something."""
    found = re.match(rb"%% warren: (.*)\n", script)
    name = found.group(1).decode() if found else None
    return None if name in READING_SCRIPTS else name


def verb(tool, arguments):
    """What the command changes; nil where it only reads."""
    words = [word for word in arguments if not word.startswith("-")]
    if not words or words[0] in READING_VERBS or tool == "systemctl" and "--property" in " ".join(arguments):
        return None
    if words[0] == "eval_file":
        with open(words[1], "rb") as file:
            return purpose(file.read(200))
    if tool == "rabbitmqctl" and words[0] == "eval":
        return None
    return " ".join(words[:2]).removesuffix(".service") if tool == "systemctl" else f"{tool} {words[0]}"


def told(line):
    """The same of a script that a waiting tool is told."""
    try:
        return purpose(base64.b64decode(line.strip(), validate=True))
    except ValueError:
        return None


class Command:
    """A command that changes something, and the moment at which it is to be cut off; nil for the rest."""

    def __init__(self, name, how, agent):
        self.name, self.agent, self.said = name, agent, b""
        with open(WANTED) as file:
            wanted = json.load(file)
        wanted = wanted or [f"before {name}", f"after {name}"]
        cuts = [phase for phase in PHASES if f"{phase} {name}" in wanted]
        self.phase = next((phase for phase in cuts if not os.path.exists(self.path(phase))), None)
        self.due = time.monotonic() + RUNNING[how]
        log(began=name)

    def path(self, phase):
        return f"{FOLDER}/{phase} {self.name}"

    def cut(self, phase):
        """Waits to be killed with the agent, where it is to be cut off in this phase."""
        if self.phase != phase:
            return
        try:
            os.close(os.open(self.path(self.phase), os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            return
        asked = f"{FOLDER}/ask-{os.getpid()}"
        with open(asked + ".new", "w") as file:
            json.dump({"agent": self.agent, "cut": self.phase, "verb": self.name}, file)
        os.chmod(asked + ".new", 0o666)
        os.rename(asked + ".new", asked)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if os.getppid() != self.agent:
                os._exit(1)
            time.sleep(0.01)
        log(missed=self.phase, verb=self.name)

    def ended(self):
        results = re.findall(rb"WARREN (?:0|state|blocked) (\S*)\n", self.said)
        log(ended=self.name, result=[base64.b64decode(result).decode(errors="replace") for result in results])
        self.cut("after")


def stand_in(path, arguments):
    agent = os.getppid()
    if not is_warren(agent) or not os.path.exists(LOG):
        os.execv(uncut(path), [uncut(path)] + arguments)
    name = verb(os.path.basename(path), arguments)
    command = Command(name, "started", agent) if name else None
    if command:
        command.cut("before")
    tool = subprocess.Popen([uncut(path)] + arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sources, line = {0: 0, 1: tool.stdout.fileno()}, b""
    while True:
        wait = max(0.01, command.due - time.monotonic()) if command and command.phase == "during" else None
        ready = select.select(list(sources.values()), [], [], wait)[0]
        if command and command.phase == "during" and time.monotonic() >= command.due:
            command.cut("during")
        if 0 in ready:
            data = os.read(0, 1 << 16)
            if not data:
                del sources[0]
                tool.stdin.close()
            *lines, line = (line + data).split(b"\n")
            for whole in lines:
                name = told(whole)
                if name:
                    command = Command(name, "said", agent)
                    command.cut("before")
                tool.stdin.write(whole + b"\n")
                tool.stdin.flush()
        if sources[1] in ready:
            data = os.read(sources[1], 1 << 16)
            if not data:
                break
            if command:
                command.said += data
                if command.said.endswith(PAUSE):
                    command.ended()
                    data, command = command.said, None
                else:
                    continue
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    status = tool.wait()
    if command:
        command.ended()
        sys.stdout.buffer.write(command.said)
        sys.stdout.buffer.flush()
    sys.exit(status if status >= 0 else 128 - status)


# On the host


def watch():
    """Kills who is named by a command that waits for it."""
    while True:
        for name in sorted(os.listdir(FOLDER)):
            if not name.startswith("ask-") or name.endswith(".new"):
                continue
            with open(f"{FOLDER}/{name}") as file:
                asked = json.load(file)
            os.unlink(f"{FOLDER}/{name}")
            if is_warren(asked["agent"]):
                os.kill(asked["agent"], signal.SIGKILL)
                log(cut=asked["cut"], verb=asked["verb"])
        time.sleep(0.01)


def systemctl(*words):
    real = uncut("/usr/bin/systemctl")
    program = real if os.path.lexists(real) else "/usr/bin/systemctl"
    subprocess.run([program, *words], check=False, timeout=60)


def install(wanted):
    remove()
    os.makedirs(FOLDER)
    os.chmod(FOLDER, 0o777)
    os.close(os.open(LOG, os.O_CREAT | os.O_WRONLY))
    os.chmod(LOG, 0o666)
    with open(WANTED, "w") as file:
        json.dump(wanted, file)
    os.chmod(WANTED, 0o644)
    os.makedirs(os.path.dirname(DROP_IN), exist_ok=True)
    with open(DROP_IN, "w") as file:
        file.write("[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestartSec=200ms\n")
    systemctl("daemon-reload")
    watcher = ["systemd-run", "--quiet", f"--unit={WATCHER}", "--property=RuntimeMaxSec=900", "/usr/bin/python3", SELF]
    subprocess.run([*watcher, "watch"], check=True, timeout=60)
    for tool in TOOLS:
        # At no moment is there no such tool.
        os.link(tool, uncut(tool), follow_symlinks=False)
        os.symlink(SELF, tool + ".new")
        os.rename(tool + ".new", tool)


def remove():
    for tool in TOOLS:
        if os.path.lexists(uncut(tool)):
            os.rename(uncut(tool), tool)
    systemctl("stop", WATCHER + ".service")
    subprocess.run(["rm", "-rf", FOLDER, DROP_IN], check=True, timeout=60)
    systemctl("daemon-reload")


def main():
    if os.path.basename(sys.argv[0]) in {os.path.basename(tool) for tool in TOOLS}:
        stand_in(sys.argv[0], sys.argv[1:])
    elif sys.argv[1:] == ["log"]:
        with open(LOG) as file:
            sys.stdout.write(file.read())
    elif sys.argv[1] == "install":
        install(sys.argv[2:])
    else:
        {"remove": remove, "watch": watch}[sys.argv[1]]()


main()
