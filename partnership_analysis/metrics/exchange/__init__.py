"""Who gives and who takes: referrals both ways, balance over time, patterns, conversion, barter, what is in it for both."""
