"""What a partnership costs and brings: investment, return, ROI, J-curve, payback, hours against capacity."""
