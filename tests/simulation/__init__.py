"""Simulation: made-up shop days run by the real services beside a plain model.

The model knows nothing of the product's code: it has its own arithmetic, in whole
minor units and fractions. After every step both must say the same.
"""
