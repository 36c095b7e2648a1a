insert into objective (indicator, title, comparison, target) values
  ('load-per-cpu',     'Nobody queues for a processor', 'AT_MOST',    1.0),
  ('cpu-busy',         'Processors have a reserve',     'AT_MOST',    0.85),
  ('memory-available', 'Memory has a reserve',          'AT_LEAST',   0.15),
  ('live-threads',     'Threads are few',               'AT_MOST',  100.0),
  ('uptime',           'Up for a minute',               'AT_LEAST',  60.0);
