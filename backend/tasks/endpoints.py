"""Tasks over HTTP."""

from fastapi import APIRouter

from backend.errors import NotFound
from backend.tasks import repository
from backend.tasks.schemas import TaskItem
from backend.web.deps import Reader, Unit

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(_person: Reader, session: Unit) -> list[TaskItem]:
    """All tasks."""
    return [TaskItem.model_validate(task) for task in await repository.everything(session)]


@router.get("/{task_id}")
async def read_task(_person: Reader, session: Unit, task_id: str) -> TaskItem:
    """One task."""
    task = await repository.find(session, task_id)
    if task is None:
        raise NotFound("There is no such task.")
    return TaskItem.model_validate(task)
