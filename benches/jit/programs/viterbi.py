"""Viterbi: the likeliest states of a hidden Markov model, from the logarithms of its probabilities."""

import numpy as np
from jit.checks import exact


def viterbi(observed, log_start, log_move, log_emit):
    steps = observed.shape[0]
    states = log_start.shape[0]
    score = np.empty((steps, states))
    came = np.zeros((steps, states), np.int32)
    for s in range(states):
        score[0, s] = log_start[s] + log_emit[s, observed[0]]
    for t in range(1, steps):
        for s in range(states):
            best = score[t - 1, 0] + log_move[0, s]
            where = 0
            for r in range(1, states):
                value = score[t - 1, r] + log_move[r, s]
                if value > best:
                    best = value
                    where = r
            score[t, s] = best + log_emit[s, observed[t]]
            came[t, s] = where
    path = np.empty(steps, np.int64)
    last = 0
    for s in range(1, states):
        if score[steps - 1, s] > score[steps - 1, last]:
            last = s
    path[steps - 1] = last
    for t in range(steps - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path, score[steps - 1, last]


ENTRY = viterbi
HELPERS = ()
EXACT = True


def arguments(scale):
    steps, states, symbols = {"small": (150, 16, 5), "full": (8_000, 48, 30)}[scale]
    rng = np.random.default_rng(0)
    move = rng.dirichlet(np.ones(states), states)
    emit = rng.dirichlet(np.ones(symbols), states)
    return rng.integers(0, symbols, steps), np.log(np.full(states, 1 / states)), np.log(move), np.log(emit)


def numpy_form(observed, log_start, log_move, log_emit):
    steps, states = len(observed), len(log_start)
    came = np.zeros((steps, states), np.int64)
    score = log_start + log_emit[:, observed[0]]
    for t in range(1, steps):
        ways = score[:, None] + log_move
        came[t] = ways.argmax(0)
        score = ways.max(0) + log_emit[:, observed[t]]
    path = np.empty(steps, np.int64)
    path[-1] = score.argmax()
    for t in range(steps - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path, score.max()


check = exact
