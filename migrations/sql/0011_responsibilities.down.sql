-- Back to before: Suggestions of responsibilities, by role and seniority.
DROP FUNCTION use_suggestion(text);
REVOKE SELECT, UPDATE (usage_count) ON responsibilities_library FROM careerhub_system;
