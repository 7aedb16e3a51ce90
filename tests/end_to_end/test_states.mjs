#!/usr/bin/env node
// test_states.mjs: states of agents on the real daemon: stored once whatever order they come in, from messages and from a queue_log that was cut in two; occupancy and contacts
// per hour with their reasons; the budget's agents; what cannot be read; and that sums stay exact while two connections store states of the same agents.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, drained, needPostgres, run, sql } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'
import { chanceOf, shuffle } from '../lib/messages.mjs'

await needPostgres(import.meta.url)
const { Client, makeAccounts, PASSWORDS } = await import('./api.mjs')
const daemon = await Daemon.make({ privacy: { group_min: '2' }, queue_log: { wrap_up_pauses: 'wrapup' } })
atEnd(() => daemon.finish())
let ann
const enqueue = (message, source = 'acd') =>
    sql(`select samtale.enqueue('${source}', '', '', decode('${Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)).toString('hex')}', 'hex'))`)
const states = (agent, list, more = {}) => ({ kind: 'agent_state', agent: { id: agent, name: `Agent ${agent}`, team: 'North' }, states: list.map(([state, from, rest]) => ({ state, from, ...rest })), ...more })
const forget = () => sql('delete from samtale.agent_state; delete from samtale.agent_watch; delete from samtale.agent_tail; delete from samtale.rollup_staff; delete from samtale.rollup_staff_day; delete from samtale.dead_letter')
const minutes = (agent) => sql(`select round(sum(pause_us) / 60e6), round(sum(ready_us) / 60e6), round(sum(available_us) / 60e6), round(sum(wrap_us) / 60e6), round(sum(contact_us) / 60e6)
    from samtale.rollup_staff_day join samtale.agent using (agent_id) where name = '${agent}'`)
const verified = () => assert.equal(sql('select count(*) from samtale.verify_staff()'), '0')
const DAY = '2026-10-05'
const figures = async (query = '') => (await ann.get(`/v1/figures?from=${DAY}&to=${DAY}${query}`)).json.staff

await test('a daemon that has been told no states knows no occupancy, and says so', async () => {
    await daemon.start()
    makeAccounts(daemon)
    ann = await new Client(daemon.url).signIn('ann', PASSWORDS.ann)
    const none = await figures()
    assert.deepEqual([none.occupancy.value, none.occupancy.hidden, none.contacts_per_hour.value, none.contacts_per_hour.hidden], [null, 'no_states', null, 'no_states'])
})
await test('states are stored once: late, twice, in an older version', async () => {
    enqueue(states('a1', [['available', `${DAY}T08:00:00Z`], ['on_contact', `${DAY}T08:10:00Z`], ['wrap', `${DAY}T08:15:00Z`], ['available', `${DAY}T08:16:00Z`], ['offline', `${DAY}T10:00:00Z`]]))
    enqueue(states('a1', [['offline', `${DAY}T10:00:00Z`]]))
    await drained()
    enqueue(states('a1', [['pause', `${DAY}T09:00:00Z`, { reason: 'lunch' }], ['available', `${DAY}T09:30:00Z`]]))
    enqueue({ kind: 'agent_state', agent: 'a1', state: 'break', at: `${DAY}T09:00:00Z`, version: -0 })
    await drained()
    assert.equal(minutes('a1'), '30|0|84|1|5')
    enqueue(states('a1', [['pause', `${DAY}T09:00:00Z`, { reason: 'meeting' }]], { version: 2 }))
    enqueue(states('a1', [['on_contact', `${DAY}T09:00:00Z`]], { version: 1 }))
    await drained()
    assert.equal(minutes('a1'), '30|0|84|1|5')
    assert.equal(sql("select reason from samtale.agent_state where state = 2"), 'meeting')
    assert.equal(sql('select count(*) from samtale.conversation') + sql('select count(*) from samtale.conversation_key') + sql('select count(*) from samtale.dead_letter'), '000')
    verified()
})
await test('what cannot be read becomes a dead letter that says what and where', async () => {
    for (const message of [states('a2', [['sleeping', `${DAY}T08:00:00Z`]]), states('a2', [['pause', `${DAY}T08:00:00Z`], ['pause', `${DAY}T09:00:00Z`, { to: `${DAY}T08:00:00Z` }]]),
        states('a2', [['pause', '2999-01-01T00:00:00Z']]), states('a2', []), { kind: 'agent_state', states: [] }, states('', [['pause', `${DAY}T08:00:00Z`]])]) enqueue(message)
    await drained()
    assert.deepEqual(sql('select reason from samtale.dead_letter order by dead_letter_id').split('\n'), [
        "native: states[0].state: 'sleeping' is none of available, on_contact, wrap, ready, pause, offline, withdrawn", 'native: states[1].to: lies before from',
        'native: states[0].from: missing, no time, or one that cannot be', 'native: states: no list, or an empty one', 'native: agent.id: missing', 'native: agent.id: missing'])
    assert.equal(sql("select count(*) from samtale.agent_state join samtale.agent using (agent_id) where name = 'a2'"), '0')
})
const log = (() => {
    const chance = chanceOf(7)
    const lines = []
    for (let s = 1791187200, n = 0; s < 1791187200 + 10 * 3600; s += 40 + Math.floor(chance() * 400), n++) {
        const member = `SIP/${100 + Math.floor(chance() * 3)}`
        const queue = chance() < 0.5 ? 'sales' : 'help'
        const [event, data, of] = [['ADDMEMBER', '', queue], ['PAUSE', 'lunch', queue], ['PAUSE', 'wrapup', queue], ['UNPAUSE', '', queue], ['REMOVEMEMBER', '', queue], ['PAUSEALL', 'meeting', 'NONE'],
            ['UNPAUSEALL', '', 'NONE'], ['AGENTLOGIN', 'SIP/1', 'NONE'], ['AGENTLOGOFF', 'SIP/1|5', 'NONE']][Math.floor(chance() * 9)]
        lines.push(`${s}|NONE|${of}|${member}|${event}|${data}`)
        if (n % 5 === 0) lines.push(`${s}|${s}.${n}|${queue}|NONE|ENTERQUEUE||4520${n}`, `${s + 9}|${s}.${n}|${queue}|${member}|CONNECT|9`, `${s + 30}|${s}.${n}|${queue}|${member}|COMPLETECALLER|9|21|1`)
    }
    return lines
})()
const sums = () => sql(`select string_agg(concat_ws(' ', r.half_hour, q.name, pause_us, ready_us, wrap_us), E'\n' order by r.half_hour, q.name) from samtale.rollup_staff r join samtale.queue q using (queue_id)
    where pause_us + ready_us + wrap_us + available_us + contact_us > 0`)
await test('a queue_log tells states; cut in two it comes to the same in both orders', async () => {
    forget()
    enqueue(log.join('\n') + '\n', 'pbx')
    await drained()
    const whole = sums()
    assert.ok(whole.split('\n').length > 20, whole)
    assert.ok(Number(sql("select sum(wrap_us) from samtale.rollup_staff")) > 0, 'a configured pause is wrap-up')
    assert.equal(sql("select string_agg(distinct reason, ',' order by reason) from samtale.agent_state"), 'lunch,meeting,wrapup')
    verified()
    const cut = Math.floor(log.length / 3)
    const halves = [log.slice(0, cut), log.slice(cut)].map((lines) => lines.join('\n') + '\n')
    for (const order of [[0, 1], [1, 0], [1, 0, 1]]) {
        forget()
        for (const i of order) {
            enqueue(halves[i], 'pbx')
            await drained()
        }
        assert.equal(sums(), whole, `order ${order}`)
        verified()
    }
})
await test('two states of one second hold in the order of the log', async () => {
    forget()
    enqueue(['1791187200|NONE|sales|SIP/9|ADDMEMBER|', '1791190800|NONE|sales|SIP/9|PAUSE|lunch', '1791190800|NONE|sales|SIP/9|UNPAUSE|', '1791194400|NONE|sales|SIP/9|REMOVEMEMBER|', ''].join('\n'), 'pbx')
    await drained()
    assert.equal(minutes('SIP/9'), '0|120|0|0|0')
})
await test('states of the same agents stored by several connections at once add up', async () => {
    forget()
    const chance = chanceOf(3)
    const all = []
    for (let i = 0; i < 600; i++) {
        const at = new Date(Date.UTC(2026, 9, 5, 6) + Math.floor(chance() * 36000) * 1000).toISOString()
        all.push(states(`b${Math.floor(chance() * 5)}`, [[['available', 'on_contact', 'wrap', 'pause', 'offline'][Math.floor(chance() * 5)], at, chance() < 0.5 ? { queue: 'Sales' } : {}]]))
    }
    shuffle(all, chance)
    sql(all.map((m) => `select samtale.enqueue('acd', '', '', decode('${Buffer.from(JSON.stringify(m)).toString('hex')}', 'hex'));`).join('\n'))
    await drained()
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
    verified()
    const stored = sums()
    sql('select samtale.staff_recount()')
    assert.equal(sums(), stored)
})
await test('occupancy and contacts per hour of the day, a queue, a group that is too small', async () => {
    forget()
    for (const agent of ['c1', 'c2']) enqueue(states(agent, [['ready', `${DAY}T08:00:00Z`, { queue: 'Sales' }], ['pause', `${DAY}T09:30:00Z`, { queue: 'Sales' }], ['offline', `${DAY}T10:00:00Z`, { queue: 'Sales' }]]))
    enqueue(states('c3', [['available', `${DAY}T08:00:00Z`, { queue: 'Help' }], ['on_contact', `${DAY}T08:30:00Z`, { queue: 'Help' }], ['offline', `${DAY}T09:00:00Z`, { queue: 'Help' }]]))
    for (let i = 0; i < 9; i++)
        enqueue({ kind: 'record', id: `r${i}`, channel: 'voice', direction: 'inbound', offered_at: `${DAY}T08:1${i}:00Z`, legs: [{ queue: 'Sales', agent: 'c1', queued_at: `${DAY}T08:1${i}:00Z`, answered_at: `${DAY}T08:1${i}:05Z`,
            ended_at: `${DAY}T08:2${i}:00Z`, wait_ms: 5000, talk_ms: 900000, hold_ms: 0, wrap_ms: 60000, disposition: 'answered' }] })
    await drained()
    const sales = await figures('&queue=Sales')
    assert.deepEqual([sales.occupancy.value, sales.occupancy.numerator, sales.occupancy.denominator], [0.8, 9 * 960000, 3 * 3600000])
    assert.deepEqual([sales.contacts_per_hour.value, sales.signed_in_hours.value, sales.pause_share.value], [2.25, 4, 0.25])
    const all = await figures()
    assert.equal(all.occupancy.value, (9 * 960000 + 1800000) / (4 * 3600000))
    assert.deepEqual([(await figures('&queue=Help')).occupancy.hidden, (await figures('&channel=voice')).occupancy.hidden], ['small_group', 'not_by_channel'])
    verified()
})
await test('the budget counts agents by their states where they are known, else by the plan, and says which', async () => {
    const file = path.join(process.env.SAMTALE_TEST_DIR, 'plan.csv')
    writeFileSync(file, '1-7,00:00,24:00,7\n')
    run(['staffing', 'set', 'Sales', file, '--from', '2026-01-01', '--config', daemon.config])
    run(['target', 'set', 'service_level', '80%', '--from', '2026-01-01', '--config', daemon.config])
    const ask = async () => (await ann.get(`/v1/budget?queue=Sales&from=${DAY}&to=${DAY}`)).json
    const seen = await ask()
    assert.deepEqual(seen.staffing, { states: 1, plan: 0, unknown: 0 })
    assert.deepEqual([seen.intervals[0].agents.value, seen.intervals[0].agents_from], [2, 'states'])
    forget()
    const planned = await ask()
    assert.deepEqual([planned.staffing, planned.intervals[0].agents.value, planned.intervals[0].agents_from], [{ states: 0, plan: 1, unknown: 0 }, 7, 'plan'])
})
await test('samtaled verify says whether times of agents are right', () => {
    enqueue(states('d1', [['ready', `${DAY}T08:00:00Z`], ['offline', `${DAY}T09:00:00Z`]]))
    return drained().then(() => {
        assert.match(run(['verify', '--config', daemon.config]), /^$/)
        sql('update samtale.rollup_staff_day set ready_us = ready_us + 1')
        assert.throws(() => run(['verify', '--config', daemon.config]))
        sql('select samtale.staff_recount()')
        assert.match(run(['verify', '--config', daemon.config]), /^$/)
    })
})
await test('nobody but the daemon reads states of single agents', () => {
    sql("insert into samtale.bi_scope (role_name, team_id) values ('postgres', null)")
    assert.equal(sql('select count(*) from bi.agent_staff_day'), '0', 'hidden until purpose and notice are set')
    const read = (view) => sql(`begin; set local role samtale_bi; select count(*) from ${view}; rollback`).trim()
    assert.equal(read('bi.agent_staff_day'), '0')
    sql("insert into samtale.bi_scope (role_name, team_id) values ('samtale_bi', null); update samtale.site set agents_shown = true, agents_from = null, group_min = 1")
    assert.equal(read('bi.agent_staff_day'), '1')
    assert.equal(read('bi.staff_day'), '1')
    sql("delete from samtale.bi_scope where role_name = 'samtale_bi'; insert into samtale.team (name) values ('Other'); insert into samtale.bi_scope (role_name, team_id) select 'samtale_bi', team_id from samtale.team where name = 'Other'")
    assert.equal(read('bi.agent_staff_day'), '0', 'agents of other teams')
    for (const role of ['samtale_api', 'samtale_bi_owner', 'samtale_producer', 'samtale_bi']) assert.throws(() => sql(`set role ${role}; select count(*) from samtale.agent_state`), /permission denied/)
    assert.ok(readFileSync(daemon.log, 'utf8').includes('ERROR') === false)
})
await done()
