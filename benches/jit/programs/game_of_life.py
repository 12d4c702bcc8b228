"""Conway's game of life on a torus."""

import numpy as np
from jit.checks import exact


def game_of_life(grid, steps):
    rows, columns = grid.shape
    board = grid.copy()
    after = np.empty_like(board)
    for _ in range(steps):
        for i in range(rows):
            above = (i - 1) % rows
            below = (i + 1) % rows
            for j in range(columns):
                left = (j - 1) % columns
                right = (j + 1) % columns
                alive = (
                    board[above, left]
                    + board[above, j]
                    + board[above, right]
                    + board[i, left]
                    + board[i, right]
                    + board[below, left]
                    + board[below, j]
                    + board[below, right]
                )
                if alive == 3 or (alive == 2 and board[i, j] == 1):
                    after[i, j] = 1
                else:
                    after[i, j] = 0
        board, after = after, board
    return board


ENTRY = game_of_life
HELPERS = ()
EXACT = True


def arguments(scale):
    rows, columns, steps = {"small": (60, 64, 6), "full": (250, 300, 30)}[scale]
    return (np.random.default_rng(0).random((rows, columns)) < 0.3).astype(np.uint8), steps


def numpy_form(grid, steps):
    board = grid
    for _ in range(steps):
        rows = np.roll(board, 1, 0) + board + np.roll(board, -1, 0)
        alive = np.roll(rows, 1, 1) + rows + np.roll(rows, -1, 1) - board
        board = ((alive == 3) | ((alive == 2) & (board == 1))).astype(np.uint8)
    return board


check = exact
