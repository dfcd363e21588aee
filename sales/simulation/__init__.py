"""Shop days that are made up: the real services, beside a plain model of them.

The model knows nothing of the product's code: its arithmetic is written anew, in
whole minor units and fractions. After every step both must say the same.
"""
