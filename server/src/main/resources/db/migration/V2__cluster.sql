-- What proves one replica to another when none was configured; made by the first that needs it.
alter table deployment add column cluster_secret text;
