-- The indexes of keys keep the old names of their tables otherwise.
ALTER INDEX asks_pkey RENAME TO questions_pkey;
ALTER INDEX asks_ask_id_key RENAME TO questions_question_id_key;
ALTER INDEX duties_pkey RENAME TO jobs_pkey;
ALTER INDEX notes_pkey RENAME TO named_values_pkey;
