"""N-body: the Sun and four planets under Newton's gravity, in leaps of a fixed time step; the energy at the end."""

import math

import numpy as np
from jit.checks import close


def advance(position, velocity, mass, dt):
    n = mass.shape[0]
    for i in range(n):
        for j in range(i + 1, n):
            dx = position[i, 0] - position[j, 0]
            dy = position[i, 1] - position[j, 1]
            dz = position[i, 2] - position[j, 2]
            squared = dx * dx + dy * dy + dz * dz
            force = dt / (squared * math.sqrt(squared))
            velocity[i, 0] -= dx * mass[j] * force
            velocity[i, 1] -= dy * mass[j] * force
            velocity[i, 2] -= dz * mass[j] * force
            velocity[j, 0] += dx * mass[i] * force
            velocity[j, 1] += dy * mass[i] * force
            velocity[j, 2] += dz * mass[i] * force
    for i in range(n):
        for k in range(3):
            position[i, k] += dt * velocity[i, k]


def energy(position, velocity, mass):
    total = 0.0
    n = len(mass)
    for i in range(n):
        speed = velocity[i, 0] ** 2 + velocity[i, 1] ** 2 + velocity[i, 2] ** 2
        total += 0.5 * mass[i] * speed
        for j in range(i + 1, n):
            dx = position[i, 0] - position[j, 0]
            dy = position[i, 1] - position[j, 1]
            dz = position[i, 2] - position[j, 2]
            total -= mass[i] * mass[j] / math.sqrt(dx * dx + dy * dy + dz * dz)
    return total


def simulate(position, velocity, mass, dt, steps):
    position = position.copy()
    velocity = velocity.copy()
    for _ in range(steps):
        advance(position, velocity, mass, dt)
    return energy(position, velocity, mass)


ENTRY = simulate
HELPERS = (advance, energy)
EXACT = True


def arguments(scale):
    """A heavy body and four light ones on rough circles about it."""
    steps = {"small": 500, "full": 100_000}[scale]
    rng = np.random.default_rng(0)
    radius = np.array([0.0, 5.0, 9.5, 19.0, 30.0])
    angle = rng.uniform(0, 2 * np.pi, 5)
    mass = np.array([39.5, 0.0377, 0.0113, 0.0017, 0.002])
    position = np.stack([radius * np.cos(angle), radius * np.sin(angle), rng.uniform(-1, 1, 5)], 1)
    speed = np.sqrt(mass[0] / np.maximum(radius, 1)) * (radius > 0)
    velocity = np.stack([-speed * np.sin(angle), speed * np.cos(angle), np.zeros(5)], 1)
    return position, velocity, mass, 0.001, steps


def numpy_form(position, velocity, mass, dt, steps):
    position, velocity = position.copy(), velocity.copy()
    i, j = np.triu_indices(len(mass), 1)
    for _ in range(steps):
        apart = position[:, None] - position[None]
        squared = (apart**2).sum(2)
        np.fill_diagonal(squared, 1)
        pull = dt * mass / (squared * np.sqrt(squared))
        velocity -= (apart * pull[:, :, None]).sum(1)
        position += dt * velocity
    apart = np.sqrt(((position[i] - position[j]) ** 2).sum(1))
    return 0.5 * (mass * (velocity**2).sum(1)).sum() - (mass[i] * mass[j] / apart).sum()


def check(result, expected):
    # The small form's 500 steps of 1e-3 are far below an orbit, so that roundings add up and do not grow.
    close(result, expected, 500 * 30)
