DROP TABLE responsibilities_library, translations, experience_technologies, project_technologies, project_experiences, skills,
    technology_aliases, technologies, cv_versions, profile_links, interests, "references", languages, achievements, certifications,
    education, projects, experiences CASCADE;
DROP FUNCTION drop_translations();
