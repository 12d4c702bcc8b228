"""Lennard-Jones: the energy of particles in a periodic box and the forces on them, over all pairs within a cutoff."""

import numpy as np
from jit.checks import close


def lennard_jones(position, box, cutoff):
    n = position.shape[0]
    force = np.zeros((n, 3))
    energy = 0.0
    apart = np.empty(3)
    for i in range(n):
        for j in range(i + 1, n):
            squared = 0.0
            for k in range(3):
                d = position[i, k] - position[j, k]
                if d > 0.5 * box:
                    d -= box
                elif d < -0.5 * box:
                    d += box
                apart[k] = d
                squared += d * d
            if squared < cutoff * cutoff:
                inverse = 1.0 / squared
                sixth = inverse * inverse * inverse
                energy += 4.0 * sixth * (sixth - 1.0)
                pull = 24.0 * sixth * (2.0 * sixth - 1.0) * inverse
                for k in range(3):
                    force[i, k] += pull * apart[k]
                    force[j, k] -= pull * apart[k]
    return energy, force


ENTRY = lennard_jones
HELPERS = ()
EXACT = True


def arguments(scale):
    side = {"small": 5, "full": 14}[scale]
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(*[np.arange(side)] * 3, indexing="ij"), -1).reshape(-1, 3)
    # Near a lattice, so that no two are so close that one pair outweighs the rest.
    return 1.2 * (grid + rng.uniform(-0.1, 0.1, grid.shape)), 1.2 * side, min(2.5, 0.6 * side)


def numpy_form(position, box, cutoff):
    force = np.zeros_like(position)
    energy = 0.0
    for i in range(len(position)):
        apart = position[i] - position[i + 1 :]
        apart = np.where(apart > 0.5 * box, apart - box, np.where(apart < -0.5 * box, apart + box, apart))
        squared = (apart**2).sum(1)
        inverse = np.where(squared < cutoff * cutoff, 1.0 / squared, 0.0)
        sixth = inverse**3
        energy += 4.0 * (sixth * (sixth - 1.0)).sum()
        pull = (24.0 * sixth * (2.0 * sixth - 1.0) * inverse)[:, None] * apart
        force[i] += pull.sum(0)
        force[i + 1 :] -= pull
    return energy, force


def check(result, expected):
    # 125 particles: 7,750 pairs, each rounded a few times and at most as large as the largest, which is below 100.
    close(result[0], expected[0], 10 * 7_750, 100)
    close(result[1], expected[1], 10 * 125, 100)
