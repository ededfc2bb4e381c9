from __future__ import annotations

from hopcheck.bench import stock


class StageOf:
    """A topology whose stories have three events each."""

    def __init__(self, settings):
        self.settings = settings
        self.trace, self.played = [], []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def play(self, story):
        self.played.append(story)
        self.trace += [story] * 3


def test_stories_of_every_outcome_until_there_is_enough(tmp_path, monkeypatch):
    stages = []
    monkeypatch.setattr(stock, "Stage", lambda settings: stages.append(StageOf(settings)) or stages[-1])
    stock.play(tmp_path, 25)
    (stage,) = stages
    assert stage.settings.report == tmp_path
    assert len(stage.played) == 9
    assert len({story.label for story in stage.played}) == 9
    assert {story.outcome for story in stage.played} == {story.outcome for story in stock.STORIES}
