import os
import shutil
from pathlib import Path

import msgspec

from support_cli.cases import lease
from support_cli.cases.lease import Liveness, Owner, liveness, this_process
from tests.cases.making import child

TELL = "from support_cli.cases.lease import this_process as t; import msgspec, sys\n"
TELL += "print(msgspec.json.encode(t()).decode(), flush=True); sys.stdin.read()"


def test_a_process_lives_until_it_is_killed_even_before_it_is_waited_for() -> None:
    other = child(TELL, stdin=-1)
    assert other.stdout
    owner = msgspec.json.decode(other.stdout.readline(), type=Owner)
    assert owner.pid == other.pid
    assert liveness(owner) is Liveness.ALIVE
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, not yet waited for
    assert liveness(owner) is Liveness.DEAD
    other.communicate()
    assert liveness(owner) is Liveness.DEAD


def test_a_process_id_that_was_used_again_is_somebody_else() -> None:
    me = this_process()
    assert liveness(me) is Liveness.ALIVE
    assert me.started
    assert liveness(msgspec.structs.replace(me, started="before the restart/17")) is Liveness.DEAD


def test_another_machine_or_container_cannot_be_told() -> None:
    me = this_process()
    assert liveness(msgspec.structs.replace(me, host="other")) is Liveness.UNKNOWN
    assert liveness(msgspec.structs.replace(me, space="pid:[1]")) is Liveness.UNKNOWN


def test_numbers_that_are_no_process_are_dead() -> None:
    me = this_process()
    for pid in (0, -1, 2**40):
        assert liveness(msgspec.structs.replace(me, pid=pid, started="")) is Liveness.DEAD


def test_a_fork_is_a_process_of_its_own() -> None:
    code = f"import sys; sys.path.insert(0, {str(Path(lease.__file__).parents[2])!r})\n"
    code += "import os; from support_cli.cases.lease import this_process\n"
    code += "before = this_process()\n"
    code += "pid = os.fork()\n"
    code += "if pid == 0: print(this_process().pid == os.getpid() != before.pid, flush=True); os._exit(0)\n"
    code += "os.waitpid(pid, 0)"
    assert child(code).communicate()[0] == "True\n"


def test_where_there_is_no_proc_the_start_is_asked_of_ps() -> None:
    if shutil.which("ps"):
        assert lease._started_by_ps(os.getpid()).count(":") == 2
    assert lease._started_by_ps(2**22 + 5) == ""
