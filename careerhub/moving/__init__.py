"""Files of other tools become a plan (pure), and a plan becomes rows; a person's facts go out again as files."""
