"""Publishing: what lies in the build folder goes to a bucket or a folder, and what may no longer be seen goes away."""
