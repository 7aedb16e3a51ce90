// A queue_log that is followed by the real daemon: while it grows, across rotation and truncation, while the daemon is away or killed; a call
// becomes one conversation with all its legs, never half of one.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, rmdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, empty, needPostgres, pause, run, sql, until } from '../lib/samtaled.mjs'
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

await test('what agents do between calls comes too, once', async () => {
    const t = now() - 7200
    const told = () => sql(`select string_agg(state || coalesce(':' || reason, ''), ' ' order by from_at) from samtale.agent_state join samtale.agent a using (agent_id) where a.name = 'B7'`)
    write(`${t}|NONE|IT|B7|ADDMEMBER|`, `${t + 600}|NONE|IT|B7|PAUSE|frokost`)
    await until(() => told() === '3 2:frokost', 'the first states')
    write(`${t + 1200}|NONE|IT|B7|UNPAUSE|`, `${t + 1800}|NONE|IT|B7|PAUSE|efter`, `${t + 3600}|NONE|IT|B7|REMOVEMEMBER|`)
    await until(() => told() === '3 2:frokost 3 5:efter 1', 'the rest of them')
    assert.equal(sql(`select (sum(pause_us) / 60000000)::integer, (sum(ready_us) / 60000000)::integer, (sum(wrap_us) / 60000000)::integer from samtale.rollup_staff_day join samtale.agent a using (agent_id) where a.name = 'B7'`), '10|20|30')
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

const told = (event, from = 0) => daemon.said().slice(from).split(event).length - 1
const abandoned = (t, n, wait) => [`${t}|${t}.${n}|IT|NONE|ENTERQUEUE||2|1`, `${t}|${t}.${n}|IT|NONE|ABANDON|1|1|${wait}`]

await test('a log that was written anew, or taken away and made again, is read from its beginning', async () => {
    const t = now()
    write(...abandoned(t, 800, 14))
    await becomes(`${t}.800`, '1|14000|2')
    const long = readFileSync(log, 'utf8').length
    writeFileSync(log, `${abandoned(t, 801, 15).join('\n')}\n${'#\n'.repeat(long)}`) // cut, and longer again before anyone looks
    await becomes(`${t}.801`, '1|15000|2')
    rmSync(log)
    await pause(100)
    writeFileSync(log, `${abandoned(t, 802, 16).join('\n')}\n`)
    await becomes(`${t}.802`, '1|16000|2')
})

await test('a log of days in one piece: what is no line of it is passed over, and a call without an end is taken as it is', async () => {
    const t = now() - 200000, later = t + 100000
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000)) // else it may come to what is the log's end for a moment, where our time counts
    write(`${t}|${t}.810|IT|NONE|ENTERQUEUE||2|1`, 'x', '1|2|3', `tomorrow|${t}.811|IT|NONE|ABANDON|1|1|3`, `${later}|${'y'.repeat(70000)}.811|IT|NONE|ABANDON|1|1|3`,
        `${later}|NONE|NONE|NONE|CONFIGRELOAD|`, `${later}|callid|IT|NONE|ABANDON|1|1|3`, `${later}|${later}.812|IT|NONE|RINGNOANSWER|1000`, '#'.repeat(5 << 20), ...abandoned(later, 813, 7))
    await daemon.start()
    await becomes(`${later}.813`, '1|7000|2')
    await becomes(`${t}.810`, '1|-1|0')
    assert.equal(sql(`select count(*) from samtale.conversation_key where external_id ~ '[.]81[12]$' or external_id = 'callid'`), '0')
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
})

await test('a place that cannot be kept is told, and kept once it can', async () => {
    const t = now(), from = daemon.said().length, kept = readFileSync(state, 'utf8')
    mkdirSync(`${state}.tmp`)
    write(...abandoned(t, 820, 12))
    await becomes(`${t}.820`, '1|12000|2')
    await until(() => told('follow.no_state', from) > 0, 'it tells that the place is not kept')
    assert.equal(readFileSync(state, 'utf8'), kept)
    rmdirSync(`${state}.tmp`)
    write(...abandoned(t, 821, 13))
    await until(() => readFileSync(state, 'utf8') !== kept, 'the place is kept')
})

await test('a place that is damaged is no place; one in a log that is gone is told once, when there is a log again', async () => {
    const t = now()
    for (const damaged of ['', 'x', '12', '12 x\n', 'x 12\n', '0 12\n', '12 -1\n', `${'9'.repeat(30)} 1\n`, '12 99999999999999999999\n', '\0'.repeat(40)]) {
        assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
        writeFileSync(state, damaged)
        await daemon.start()
        await until(() => readFileSync(state, 'utf8') !== damaged, 'the place is written anew')
    }
    assert.equal(told('follow.lost'), 0)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    const from = daemon.said().length
    for (const name of readdirSync(dir).filter((file) => file.startsWith('queue_log') && !file.endsWith('.state'))) rmSync(path.join(dir, name))
    writeFileSync(state, `123456789 10\n${'0f'.repeat(16)}\n${'0x'.repeat(16)}\nshort\n`)
    await daemon.start()
    await until(() => told('follow.waiting', from) === 1, 'it waits for the log')
    await pause(200)
    assert.equal(told('follow.lost', from), 0)
    writeFileSync(log, `${abandoned(t, 830, 9).join('\n')}\n`)
    await becomes(`${t}.830`, '1|9000|2')
    assert.equal(told('follow.lost', from), 1)
    assert.equal(told('follow.waiting', from), 1)
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
    empty()
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
    empty()
    run(['import', '--config', daemon.config, '--source', 'pbx', log])
    await drained()
    assert.deepEqual(all(), followed)
    assert.equal(sql('select count(*) from samtale.verify_rollups()'), '0')
})

await done()
