"""Every change of a plan, by what is done: each in one transaction, with its line of the journal inside."""
