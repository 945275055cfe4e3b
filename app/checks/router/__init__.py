from fastapi import APIRouter

from app.checks.router import checks, clock

ROUTERS: tuple[APIRouter, ...] = (checks.router, clock.router)
