-- What is to be achieved. The indicator says what is measured; the application knows those by name.
create table objective (
  indicator  varchar(40)      primary key,
  title      varchar(100)     not null,
  comparison varchar(10)      not null check (comparison in ('AT_MOST', 'AT_LEAST')),
  target     double precision not null
);
