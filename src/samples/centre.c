/*
 * centre.c: the contact centre of the samples: its queues, teams and agents, when people call and who is on duty. Tables and rules,
 * no chance. A service partner that answers for several fictive firms: three teams, one line a country and one in English.
 */
#include "weeks.h"

static const char *const teams[TEAMS] = {"København", "Oslo", "Malmö"};

const struct queue centre_queues[QUEUES] = {
    {"Danmark", "DKK", "DK", SAM_LANGUAGE_DA, 0.29, {0, 1, 2, 3, 4, 5}},
    {"Norge", "NOK", "NO", SAM_LANGUAGE_NB, 0.27, {8, 9, 10, 11, 12, 13}},
    {"Sverige", "SEK", "SE", SAM_LANGUAGE_SV, 0.26, {16, 17, 18, 19, 20, 21}},
    {"International", "EUR", "GB", SAM_LANGUAGE_EN, 0.18, {6, 7, 14, 15, 22, 23}},
};

const struct agent centre_agents[AGENTS] = {
    {"a101", "Mette", "Lund", 0, 0.5},       {"a102", "Jeppe", "Holm", 0, -0.5},     {"a103", "Birgit", "Friis", 0, 0.9},
    {"a104", "Kasper", "Juhl", 0, -0.9},     {"a105", "Lone", "Winther", 0, 0.1},    {"a106", "Rasmus", "Toft", 0, 0.0},
    {"a107", "Sofie", "Brandt", 0, 0.6},     {"a108", "Anders", "Krogh", 0, -0.3},   {"a201", "Ingvild", "Aasen", 1, 0.2},
    {"a202", "Terje", "Myhre", 1, -0.7},     {"a203", "Silje", "Haugstad", 1, 0.4},  {"a204", "Sander", "Lofthus", 1, -0.2},
    {"a205", "Marit", "Solheim", 1, 0.7},    {"a206", "Eirik", "Brekke", 1, -0.4},   {"a207", "Thea", "Nygaard", 1, 0.3},
    {"a208", "Henrik", "Tveiten", 1, -0.6},  {"a301", "Annika", "Bergvall", 2, 0.8}, {"a302", "Mattias", "Forsgren", 2, -0.8},
    {"a303", "Kerstin", "Lindroos", 2, 0.3}, {"a304", "Navid", "Haddad", 2, 0.5},    {"a305", "Ulrika", "Sylvén", 2, -0.1},
    {"a306", "Stefan", "Ekdahl", 2, -0.3},   {"a307", "Elin", "Holmqvist", 2, 0.4},  {"a308", "Oskar", "Palm", 2, 0.0},
};

const char *centre_team(uint32_t agent, int32_t week)
{
    if (agent == 14 && week >= 4)
        return teams[0];
    return teams[centre_agents[agent].team];
}

double centre_lean(uint32_t agent, int32_t week)
{
    double lean = centre_agents[agent].skill;
    if (centre_agents[agent].team == 1 && week >= 4)
        lean += 0.8; /* Oslo practises asking why */
    if (centre_agents[agent].team == 2 && week == 5)
        lean -= 0.8; /* Malmö's hard week */
    return lean;
}

/* Half hours from 08:00 to 18:00; Saturday from 09:00 to 14:00. */
static const double by_half_hour[20] = {0.6, 0.9,  1.2, 1.4, 1.5, 1.5, 1.35, 1.15, 0.95, 0.9,
                                        1.1, 1.25, 1.3, 1.2, 1.1, 1.0, 0.85, 0.7,  0.5,  0.35};
static const double by_weekday[7] = {1.25, 1.05, 1.0, 0.95, 0.85, 0.3, 0};
#define SUM_OF_HALF_HOURS 20.8
#define SUM_OF_WEEKDAYS   5.4

double centre_arrival_share(int32_t weekday, int32_t half_hour)
{
    const int32_t slot = half_hour - 16;
    if (slot < 0 || slot >= 20)
        return 0;
    if (weekday == 5)
        return slot >= 2 && slot < 12 ? by_weekday[5] / SUM_OF_WEEKDAYS / 10 : 0;
    return by_weekday[weekday] / SUM_OF_WEEKDAYS * by_half_hour[slot] / SUM_OF_HALF_HOURS;
}

uint32_t centre_planned(const struct queue *queue, int32_t weekday, int32_t half_hour)
{
    const double share = centre_arrival_share(weekday, half_hour);
    const double load = share * WEEK_CONTACTS * VOICE_SHARE * queue->share * 250 / 1800; /* 250 s a call */
    return share <= 0 ? 0 : load > 0.28 ? 2 : 1;
}

uint32_t centre_on_duty(const struct queue *queue, int64_t day, int32_t half_hour, uint32_t n)
{
    const int64_t block = half_hour / 4;
    return queue->agents[(uint64_t)(day * 5 + block * 2 + day / 7 + n) % QUEUE_AGENTS];
}

/* ---- wall time --------------------------------------------------------------------------------------------- */

/* Days since 1970 of a date of the proleptic Gregorian calendar (Howard Hinnant's days_from_civil). */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    const int64_t era = year / 400;
    const int64_t of_era = year - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t year_of(int64_t day)
{
    int64_t year = 1970 + day / 366;
    while (day_of(year + 1, 1, 1) <= day)
        year++;
    return year;
}

/* The last Sunday of a month of 31 days. 1970-01-01 was a Thursday. */
static int64_t last_sunday(int64_t year, int64_t month)
{
    const int64_t last = day_of(year, month, 31);
    return last - (last + 4) % 7;
}

int64_t centre_utc_us(int64_t day, int64_t since_midnight_us)
{
    const int64_t year = year_of(day);
    const int64_t local = day * DAY_US + since_midnight_us;
    const bool summer = local >= last_sunday(year, 3) * DAY_US + 2 * HOUR_US && local < last_sunday(year, 10) * DAY_US + 3 * HOUR_US;
    return local - (summer ? 2 : 1) * HOUR_US;
}
