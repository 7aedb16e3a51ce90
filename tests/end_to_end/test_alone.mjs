#!/usr/bin/env node
// One daemon serves a database, also after the line was lost on which it had said so: a second one waits, says that it does, and takes over.
import { spawn } from 'node:child_process'
import { Daemon, drained, needPostgres, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const enqueue = (ids) => sql(ids.map((id) => `select samtale.enqueue('', '', '', decode('${Buffer.from(JSON.stringify({ kind: 'record', source: 'pbx', id, channel: 'voice',
    offered_at: '2026-03-01T10:00:00Z', ended_at: '2026-03-01T10:05:00Z', legs: [{ queue: 'q', queued_at: '2026-03-01T10:00:00Z', answered_at: '2026-03-01T10:00:10Z',
        ended_at: '2026-03-01T10:05:00Z', disposition: 'answered' }] })).toString('hex')}', 'hex'));`).join('\n'))
const one = await Daemon.make({ ingest: { poll: '5 ms' } }), two = await Daemon.make({ ingest: { poll: '5 ms' } })
atEnd(() => one.finish())
atEnd(() => two.finish())
const ready = (daemon) => fetch(`${daemon.url}/readyz`).then(async (answer) => ({ ok: answer.ok, text: await answer.text() }), () => ({ ok: false, text: '' }))
const batches = async (daemon) => Number((await (await fetch(`${daemon.url}/metrics`)).text()).match(/^samtale_batches_total (\d+)/m)[1])
/** Which of the two has the lock, once one has it and the other says so. */
async function holder() {
    let both
    await until(async () => {
        both = await Promise.all([ready(one), ready(two)])
        return both[0].ok !== both[1].ok && /another samtaled serves this database/.test(both[both[0].ok ? 1 : 0].text)
    }, 'one serves, the other says that it waits', 40)
    return both[0].ok ? [one, two] : [two, one]
}
const lose = () => sql(`select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and granted and pid in
    (select pid from pg_stat_activity where application_name = 'samtaled watch')`)

await one.start()
await two.start(false)

await test('a second daemon waits and says so', async () => {
    assert.deepEqual(await holder(), [one, two])
    enqueue(['a1'])
    await drained()
    assert.equal(await batches(two), 0)
})

await test('when the line with the lock is lost, one of them has it again and the other takes nothing', async () => {
    const held = new Set()
    for (let round = 0; round < 8; round++) {
        const ids = [...Array(40).keys()].map((i) => `b${round}-${i}`)
        const [first, second] = await holder()
        if (round % 2) first.child.kill('SIGSTOP') // too late for its own lock
        assert.equal(lose(), '1')
        enqueue(ids.slice(0, 20)) // in the middle of it
        if (round % 2) await second.ready(40)
        first.child.kill('SIGCONT')
        const [server, waiting] = await holder()
        if (round % 2) assert.equal(server, second)
        held.add(server)
        const before = await batches(waiting)
        enqueue(ids.slice(20))
        await drained()
        assert.equal(await batches(waiting), before)
        assert.equal(sql(`select count(*) from pg_locks where locktype = 'advisory' and granted and pid in (select pid from pg_stat_activity where application_name = 'samtaled watch')`), '1')
        assert.equal(sql('select bool_and(running) from samtale.inbox_state'), 't')
    }
    assert.equal(sql('select count(*), count(distinct external_id) from samtale.conversation'), '321|321')
    assert.equal(sql('select count(*) from samtale.verify_rollups()'), '0')
    assert.equal(held.size, 2)
})

await test('one that lost it for good does not mark the queue as left', async () => {
    const [server, waiting] = await holder()
    assert.equal(await waiting.stop(), 0)
    assert.equal(sql('select bool_and(running) from samtale.inbox_state'), 't')
    await waiting.start(false)
    await holder()
    const stopped = server.stop()
    assert.equal(await stopped, 0)
    await waiting.ready(20)
    enqueue(['c1'])
    await drained()
    assert.match(waiting.said(), /ingest\.waits reason="another samtaled serves this database/)
    await server.start(false)
    await holder()
})

await test('the line is taken up again by the daemon that is alone, batches go on, notifications come', async () => {
    const [server, waiting] = await holder()
    assert.equal(await waiting.stop(), 0)
    for (let round = 0; round < 5; round++) {
        assert.equal(lose(), '1')
        enqueue([`d${round}`])
        await drained(20)
        await server.ready(20)
    }
    await until(() => sql('select bool_and(asleep) from samtale.inbox_state') === 't', 'it sleeps')
    enqueue(['e1'])
    await drained(20)
    assert.match(server.said(), /ingest\.back line=/)
    assert.equal(sql("select count(*) from samtale.score_set"), '1')
})

await test('a line that is lost between registering the scorer and opening the queue', async () => {
    const [server] = [one, two].filter((daemon) => daemon.child)
    assert.equal(await server.stop(), 0)
    const held = spawn('psql', ['-X', '-q', '-A', '-t'], { stdio: ['pipe', 'pipe', 'inherit'] })
    held.stdin.write('begin; select count(*) from (select from samtale.inbox_state for update) as held;\n')
    await new Promise((resolve) => held.stdout.once('data', resolve))
    await server.start(false)
    await until(() => sql("select count(*) from pg_stat_activity where application_name = 'samtaled watch' and wait_event_type = 'Lock'") === '1', 'it opens the queue', 40)
    assert.equal(lose(), '1')
    held.stdin.end('rollback;\n')
    await server.ready(40)
    enqueue(['f1'])
    await drained(20)
})

await done()
