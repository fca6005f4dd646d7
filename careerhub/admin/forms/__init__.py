"""What people type, read: each form becomes values, or every problem at once."""
