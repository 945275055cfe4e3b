from fastapi import APIRouter

from app.checks.router import audits, checks, clock

ROUTERS: tuple[APIRouter, ...] = (checks.router, clock.router, audits.router)
