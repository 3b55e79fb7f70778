-- it's built on the day that its questions are asked on
create table bills(id integer primary key, due text, amount real);
insert into bills values(1,date('now','-1 day'),10),(2,date('now','+1 day'),20.5);
