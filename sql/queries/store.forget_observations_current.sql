-- purpose: remove numbers of a source from observations_current for good
-- parameters: organisation, source, 1 for every metric, metrics, 1 for numbers of items alone, 1 for every item, items, first day of days, last day, first day of weeks, last day, first day of 28 days, last day, first day of months, last day, first day of quarters, last day, first day of years, last day
-- columns: none
ALTER TABLE observations_current DELETE WHERE organisation = ? AND source = ? AND (? = 1 OR metric IN ?) AND (? = 0 OR subject != '') AND (? = 1 OR subject IN ?)
    AND (grain IN ('day', 'snapshot') AND from_day >= toDate(?) AND from_day <= toDate(?)
        OR grain = 'week' AND from_day >= toDate(?) AND from_day <= toDate(?)
        OR grain = 'days28' AND from_day >= toDate(?) AND from_day <= toDate(?)
        OR grain = 'month' AND from_day >= toDate(?) AND from_day <= toDate(?)
        OR grain = 'quarter' AND from_day >= toDate(?) AND from_day <= toDate(?)
        OR grain = 'year' AND from_day >= toDate(?) AND from_day <= toDate(?))
