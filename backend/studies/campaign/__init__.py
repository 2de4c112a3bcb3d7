"""`rlt study`: many trainings and their controls, one after another, summed up in one table."""
