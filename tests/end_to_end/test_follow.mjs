// A queue_log that is followed by the real daemon: while it grows, across rotation and truncation, while the daemon is away or killed; a call
// becomes one conversation with all its legs, never half of one.
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, needPostgres, pause, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'
import { chanceOf } from '../lib/messages.mjs'

await needPostgres(import.meta.url)
const log = path.join(dir, 'queue_log'), state = path.join(dir, 'queue_log.state')
const daemon = await Daemon.make({ ingest: { poll: '5 ms' },
    queue_log: { file: log, source: 'pbx', state_file: state, poll: '20 ms', quiet: '0 s', linger: '10 s', wrap_up_pauses: 'efter' } })
atEnd(() => daemon.finish())
const write = (...lines) => appendFileSync(log, lines.map((line) => `${line}\n`).join(''))
const now = () => Math.floor(Date.now() / 1000)
const stored = (id) => sql(`select count(*), coalesce(sum(wait_ms), -1), max(disposition) from samtale.leg join samtale.conversation_key using (conversation_id) where external_id = '${id}'`)
const becomes = (id, what) => until(() => stored(id) === what, `${id} becomes ${what}`, 20).catch((error) => { throw new Error(`${error.message}: ${stored(id)}`) })
const canonical = readFileSync(new URL('../lib/canonical.sql', import.meta.url), 'utf8')
const all = () => sql(canonical).split('\n').filter(Boolean).sort()
const clear = () => sql(`truncate samtale.inbox, samtale.conversation_key, samtale.part, samtale.part_conflict, samtale.conversation, samtale.leg, samtale.party,
    samtale.rollup_half_hour, samtale.dead_letter`)

await daemon.start()

await test('the log may come later; a call is stored when it has ended, and again when it goes on', async () => {
    await until(() => daemon.said().includes('follow.waiting'), 'it waits for the log')
    for (const [t, n] of [[now(), 1], [now() - 3000, 8]]) { // the second log comes late
        const id = `${t}.${n}`
        write(`${t}|${id}|IT|NONE|ENTERQUEUE||22345678|1`, `${t}|${id}|IT|A1|CONNECT|10|x|1`)
        await pause(200)
        assert.equal(stored(id), '0|-1|')
        write(`${t}|${id}|IT|A1|BLINDTRANSFER|200|ctx|10|30|1`)
        await becomes(id, '1|10000|1')
        write(`${t}|${id}|Q2|NONE|ENTERQUEUE||22345678|1`, `${t}|${id}|Q2|NONE|ABANDON|1|1|7`)
        await becomes(id, '2|17000|2')
    }
})

await test('a line without its end is waited for, and shows as what is not read yet', async () => {
    const t = now(), cut = `${t}|${t}.2|IT|NONE|ABAN`
    const lag = async () => Number(/^samtale_queue_log_lag_bytes (\S+)$/m.exec(await (await fetch(`${daemon.url}/metrics`)).text())[1])
    write(`${t}|${t}.2|IT|NONE|ENTERQUEUE||22345678|1`)
    appendFileSync(log, cut)
    await until(async () => (await lag()) === cut.length, 'the cut line is not read')
    appendFileSync(log, 'DON|1|1|12\n')
    await becomes(`${t}.2`, '1|12000|2')
    await until(async () => (await lag()) === 0, 'all is read')
    const text = await (await fetch(`${daemon.url}/metrics`)).text()
    assert.match(text, /^samtale_queue_log_lag_seconds 0$/m)
    assert.match(text, /^samtale_queue_log_calls_held [1-9]/m)
    assert.match(text, /^samtale_feed_messages_total\{door="queue_log"\} [1-9]/m)
    assert.doesNotMatch(text, /samtale_spool/)
})

await test('after-call work comes with the end of the agent\'s pause', async () => {
    const t = now() - 100
    write(`${t}|${t}.3|IT|NONE|ENTERQUEUE||22345678|1`, `${t}|${t}.3|IT|A3|CONNECT|1|x|1`, `${now()}|${t}.3|IT|A3|COMPLETECALLER|1|30|1`)
    await becomes(`${t}.3`, '1|1000|1')
    write(`${now()}|NONE|NONE|A3|PAUSE|efter`, `${now() + 1}|NONE|NONE|A3|UNPAUSE|efter`)
    await until(() => Number(sql(`select wrap_ms from samtale.leg join samtale.conversation_key using (conversation_id) where external_id = '${t}.3'`)) >= 1000, 'wrap-up is known', 20)
})

await test('rotated in the middle of a call, and truncated in place', async () => {
    const t = now()
    write(`${t}|${t}.4|IT|NONE|ENTERQUEUE||22345678|1`)
    renameSync(log, `${log}.1`)
    appendFileSync(`${log}.1`, `${t}|${t}.4|IT|A1|CONNECT|5|x|1\n`)
    writeFileSync(log, `${t}|${t}.4|IT|A1|COMPLETEAGENT|5|30|1\n`)
    await becomes(`${t}.4`, '1|5000|1')
    await pause(100)
    truncateSync(log)
    write(`${t}|${t}.5|IT|NONE|ENTERQUEUE||2|1`, `${t}|${t}.5|IT|NONE|ABANDON|1|1|3`)
    await becomes(`${t}.5`, '1|3000|3')
})

await test('calls that a restart of the system cut have no end, and are no abandons', async () => {
    const t = now()
    write(`${t}|${t}.6|IT|NONE|ENTERQUEUE||22345678|1`, `${t}|NONE|NONE|NONE|QUEUESTART|`)
    await becomes(`${t}.6`, '1|-1|0')
})

await test('stopped while calls are open and the log is rotated, it goes on where it was', async () => {
    const t = now()
    write(`${t}|${t}.7|IT|NONE|ENTERQUEUE||22345678|1`)
    await pause(1500)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    assert.ok(existsSync(state))
    write(`${t}|${t}.7|IT|A1|CONNECT|5|x|1`)
    renameSync(log, `${log}.2`)
    writeFileSync(log, `${t}|${t}.7|IT|A1|COMPLETEAGENT|5|30|1\n`)
    await daemon.start()
    await becomes(`${t}.7`, '1|5000|1')
    assert.ok(!daemon.said().includes('follow.lost'))
})

await test('killed again and again while calls overlap, it stores what one reading of the whole log stores', async () => {
    const chance = chanceOf(5), lines = []
    const base = now() - 3000
    for (let i = 0; i < 150; i++) {
        const begin = base + i * 10, id = `${begin}.1${i}`, talk = 5 + Math.floor(chance() * 200)
        lines.push([begin, `${begin}|${id}|IT|NONE|ENTERQUEUE||2234${i}|1`])
        if (chance() < 0.3) {
            lines.push([begin + talk, `${begin + talk}|${id}|IT|NONE|ABANDON|1|1|${talk}`])
            continue
        }
        lines.push([begin + 2, `${begin + 2}|${id}|IT|A${i % 5}|CONNECT|2|x|1`], [begin + talk, `${begin + talk}|${id}|IT|A${i % 5}|${chance() < 0.3 ? 'BLINDTRANSFER|1|c|2|' : 'COMPLETECALLER|2|'}${talk - 2}|1`])
        if (chance() < 0.3) lines.push([begin + talk + 1, `${begin + talk + 1}|${id}|Q2|NONE|ENTERQUEUE||2234${i}|1`], [begin + talk + 9, `${begin + talk + 9}|${id}|Q2|NONE|ABANDON|1|1|8`])
    }
    const text = lines.sort((a, b) => a[0] - b[0]).map((line) => `${line[1]}\n`)
    await daemon.stop('SIGKILL')
    clear()
    renameSync(log, `${log}.3`)
    rmSync(state)
    writeFileSync(log, '')
    await daemon.start()
    while (text.length) {
        appendFileSync(log, text.splice(0, 1 + Math.floor(chance() * 60)).join(''))
        await pause(120)
        if (chance() < 0.5) continue
        await daemon.stop(chance() < 0.5 ? 'SIGKILL' : 'SIGTERM')
        await daemon.start(false)
    }
    await daemon.ready()
    await until(() => sql('select count(*) from samtale.conversation') === '150', 'all calls are stored', 30)
    await pause(300)
    await drained()
    assert.equal(sql('select count(*) from samtale.part_conflict'), '0')
    const followed = all()
    clear()
    run(['import', '--config', daemon.config, '--source', 'pbx', log])
    await drained()
    assert.deepEqual(all(), followed)
    assert.equal(sql('select count(*) from samtale.verify_rollups()'), '0')
})

await done()
