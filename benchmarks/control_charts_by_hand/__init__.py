"""The XmR charts as nvap draws them up, as one would write them with NumPy, and with pyqicharts."""
