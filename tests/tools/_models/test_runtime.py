from __future__ import annotations

import os

import pytest

from tools._models.runtime import prepare_environment

GROWTH = "TF_FORCE_GPU_ALLOW_GROWTH"


def test_the_memory_of_a_gpu_is_shared_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GROWTH, "")  # so that it is put back afterwards
    monkeypatch.delenv(GROWTH)
    prepare_environment()
    assert os.environ[GROWTH] == "true"
    monkeypatch.setenv(GROWTH, "false")
    prepare_environment()
    assert os.environ[GROWTH] == "false"
