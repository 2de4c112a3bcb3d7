"""Whether the robot stays when the person who drives it is gone. `rlt bench deadman`."""
