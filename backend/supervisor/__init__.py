"""`rlt up`: all processes of the product on one machine, looked after."""
