"""Carries out what consoles order: once per id, only under the newest lease, only when allowed."""

from typing import TYPE_CHECKING

from robot_bridge.control.attempt import Attempt
from robot_bridge.control.cell import Cell
from robot_bridge.control.commands import (
    AutoEndArgs,
    CommandDesk,
    CommandRefusedError,
    EndArgs,
    StartArgs,
    TaskArgs,
    arguments,
    check_arguments,
)
from robot_bridge.control.ports import Ports
from robot_bridge.errors import ConfigError, RobotError
from robot_bridge.protocol.messages import Command, CommandKind, CommandResult, Drive, Phase

if TYPE_CHECKING:
    from collections.abc import Callable


class Authority:
    """One per bridge. The answer to a command goes out through the ports, also a repeated one."""

    def __init__(self, cell: Cell, ports: Ports) -> None:
        """Orders reach the cell through here only."""
        self._cell = cell
        self._ports = ports
        self._desk = CommandDesk()
        self._actions: dict[CommandKind, Callable[[Command], int]] = {
            CommandKind.START_EPISODE: self._start,
            CommandKind.HAND_OFF: self._hand_off,
            CommandKind.BACK_TO_BASE: self._back_to_base,
            CommandKind.TAKE_OVER: self._take_over,
            CommandKind.GIVE_BACK: self._give_back,
            CommandKind.PAUSE: self._pause,
            CommandKind.RESUME: self._resume,
            CommandKind.END_EPISODE: self._end,
            CommandKind.STOP: self._stop,
            CommandKind.CLEAR_STOP: self._clear_stop,
            CommandKind.ARM: self._arm,
            CommandKind.SET_TASK: self._set_task,
            CommandKind.SET_AUTO_END: self._set_auto_end,
        }

    def command(self, order: Command) -> None:
        """Carry out a command, or say in one sentence why not."""
        known = self._desk.answered(order)
        if known is not None:
            self._ports.result(known)
            return
        try:
            self._desk.admit(order)
            check_arguments(order)
            refusal = self._cell.machine.refusal(order.kind, self._ports.readiness())
            if refusal:
                raise CommandRefusedError(refusal)
            step = self._actions[order.kind](order)
        except CommandRefusedError as error:
            details = {"command": order.kind.value, "reason": str(error)}
            self._cell.teller.tell("command_refused", self._cell.attempt, details, order)
            self._answer(CommandResult(id=order.id, ok=False, error=str(error), step=self._step()))
            return
        attempt = self._cell.attempt
        episode = attempt.id if attempt is not None else None
        self._answer(CommandResult(id=order.id, ok=True, step=step, episode_id=episode))

    def drive(self, drive: Drive) -> None:
        """A person's hands; those of an older lease are dropped without a word."""
        if self._desk.admit_drive(drive):
            self._cell.drive(drive)

    def _answer(self, result: CommandResult) -> None:
        self._desk.keep(result)
        self._ports.result(result)

    def _step(self) -> int:
        return self._cell.attempt.step if self._cell.attempt is not None else -1

    def _running(self) -> Attempt:
        if self._cell.attempt is None:
            raise CommandRefusedError("no episode is running: start one first")
        return self._cell.attempt

    def _start(self, order: Command) -> int:
        self._cell.start(order, arguments(order, StartArgs))
        return 0

    def _hand_off(self, order: Command) -> int:
        return self._cell.want(self._running(), Phase.RL, order)

    def _back_to_base(self, order: Command) -> int:
        attempt = self._running()
        attempt.vetoed = True
        return self._cell.want(attempt, Phase.BASE, order)

    def _take_over(self, order: Command) -> int:
        self._cell.take_over(order)
        return self._step()

    def _give_back(self, order: Command) -> int:
        self._cell.give_back("give back", order)
        return self._step()

    def _pause(self, order: Command) -> int:
        self._cell.pause("pause", order)
        return self._step()

    def _resume(self, order: Command) -> int:
        self._cell.give_back("resume", order)
        return self._step()

    def _end(self, order: Command) -> int:
        args = arguments(order, EndArgs)
        attempt = self._running()
        if args.at_step is not None and args.at_step > attempt.step:
            attempt.end_at = (args.at_step, args.ended_by, order)
            return args.at_step
        step = attempt.step
        self._cell.end(args.ended_by, order)
        return step

    def _stop(self, order: Command) -> int:
        step = self._step()
        self._cell.stop(f"stopped by {order.issued_by}", order)
        return step

    def _clear_stop(self, order: Command) -> int:
        self._cell.machine.clear()
        self._cell.motion.failed = False
        self._cell.teller.tell("stop_cleared", None, {}, order)
        self._ports.changed()
        return -1

    def _arm(self, order: Command) -> int:
        self._cell.machine.arm()
        self._cell.teller.tell("armed", None, {}, order)
        self._ports.evidence("armed", by=order.issued_by)
        self._ports.changed()
        return -1

    def _set_task(self, order: Command) -> int:
        task = arguments(order, TaskArgs).task
        self._cell.refuse_while_busy()
        if task == self._cell.motion.robot.spec.task:
            raise CommandRefusedError(f"the robot does {task} already")
        try:
            self._ports.set_task(task)
        except (ConfigError, RobotError) as error:
            raise CommandRefusedError(str(error)) from error
        self._cell.stop(f"the task was changed to {task}: arm again", order)
        self._cell.teller.tell("task_changed", None, {"task": task}, order)
        self._ports.changed()
        return -1

    def _set_auto_end(self, order: Command) -> int:
        enabled = arguments(order, AutoEndArgs).enabled
        self._cell.machine.auto_end = enabled
        self._cell.teller.tell("auto_end_changed", self._cell.attempt, {"enabled": enabled}, order)
        self._ports.changed()
        return self._step()
