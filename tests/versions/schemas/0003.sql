UPDATE alert SET announced = '{"how":"digest","gate":"quiet_hours"}', answer = 'acknowledge', snoozed_until = 4000000000000 WHERE id = 2;
