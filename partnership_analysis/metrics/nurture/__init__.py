"""Whom to meet and what is promised: cadence, lunches, rhythm, commitments, stalled work, the board of actions."""
