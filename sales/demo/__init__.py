"""A shop to look at: fictitious people, goods and a month of sales; pure."""
