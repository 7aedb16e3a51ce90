// The spool folder with the real daemon: files that are put there become conversations, what is taken leaves a note, what cannot be read its
// reason; a file that is still being written waits; a daemon that is killed in the middle takes nothing twice and loses nothing.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, empty, needPostgres, pause, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const spool = path.join(dir, 'spool')
const make = (more = {}) => Daemon.make({ ingest: { poll: '5 ms' }, spool: { folder: spool, settle: '100 ms', rescan: '200 ms', ...more } })
let daemon = await make()
atEnd(() => daemon.finish())
const record = (id) => JSON.stringify({ kind: 'record', source: 'pbx', id, ended_at: '2026-03-01T10:00:00Z' })
const put = (name, text) => {
    const to = path.join(spool, name)
    mkdirSync(path.dirname(to), { recursive: true })
    writeFileSync(`${to}.tmp`, text)
    renameSync(`${to}.tmp`, to)
}
const files = () => readdirSync(spool, { withFileTypes: true }).filter((e) => e.isFile()).map((e) => e.name)
const gone = (name) => until(() => !existsSync(path.join(spool, name)), `${name} is taken`, 20)
const count = () => Number(sql('select count(*) from samtale.conversation'))

await daemon.start()

await test('a file becomes its messages and leaves a note with hash and name, not content', async () => {
    put('day.jsonl', `${record('a')}\n${record('b')}\n`)
    await gone('day.jsonl')
    await drained()
    assert.equal(count(), 2)
    const [note] = readdirSync(path.join(spool, 'done'))
    const text = readFileSync(path.join(spool, 'done', note), 'utf8')
    const hash = execFileSync('b2sum', ['-l', '128'], { input: `${record('a')}\n${record('b')}\n`, encoding: 'utf8' }).split(' ')[0]
    assert.equal(text.split('\n')[0], `${hash}  day.jsonl`)
    assert.ok(!text.includes('record'))
    assert.deepEqual(files(), [])
})

await test('a folder in it is a source, and the file\'s name tells the call', async () => {
    empty()
    put('phones/q-1772445600.7_rx.json', JSON.stringify({ text: '', segments: [{ start: 0, end: 1, text: 'hej' }] }))
    await gone('phones/q-1772445600.7_rx.json')
    await drained()
    assert.equal(sql("select s.name || ' ' || k.external_id from samtale.conversation_key k join samtale.source s using (source_id)"), 'phones 1772445600.7')
})

await test('what cannot be read goes to rejected/ with its reason; one bad line of many is a dead letter', async () => {
    empty()
    put('noise.bin', Buffer.from([0xff, 0xfe, 1, 2, 3]))
    put('empty.json', '')
    put('sound.wav', 'RIFF....WAVEfmt ')
    put('mixed.jsonl', `${record('m1')}\n{"a": 1}\n${record('m2')}\n`)
    for (const name of ['noise.bin', 'empty.json', 'sound.wav', 'mixed.jsonl']) await gone(name)
    await drained()
    const rejected = readdirSync(path.join(spool, 'rejected')).sort()
    assert.deepEqual(rejected.map((name) => name.replace(/\.[0-9a-f]{8}/, '')), ['empty.json', 'empty.json.reason', 'noise.bin', 'noise.bin.reason', 'sound.wav', 'sound.wav.reason'])
    const reason = (name) => readFileSync(path.join(spool, 'rejected', rejected.find((file) => file.startsWith(name) && file.endsWith('.reason'))), 'utf8')
    assert.match(reason('sound.wav'), /^recognised: recording \(sound, not its words\)/)
    assert.match(reason('empty.json'), /^empty: nothing in it\n/)
    assert.equal(readFileSync(path.join(spool, 'rejected', rejected.find((file) => /^noise.bin\.[0-9a-f]{8}$/.test(file)))).length, 5)
    assert.equal(count(), 2)
    assert.equal(sql('select count(*) from samtale.dead_letter'), '1')
})

await test('its metrics tell what was taken, rejected and when', async () => {
    const text = await until(async () => {
        const body = await (await fetch(`${daemon.url}/metrics`)).text()
        return body.includes('samtale_spool_files_total{result="rejected"} 3\n') && body
    }, 'the third file is counted')
    assert.match(text, /^samtale_spool_files_total\{result="taken"\} 3$/m)
    assert.match(text, /^samtale_spool_waiting_files 0$/m)
    assert.match(text, /^samtale_feed_messages_total\{door="spool"\} 6$/m)
    assert.match(text, /^samtale_feed_refused_total\{door="spool"\} 0$/m)
    const [, at] = /^samtale_feed_success_seconds\{door="spool"\} (\S+)$/m.exec(text)
    assert.ok(Math.abs(Date.now() / 1000 - Number(at)) < 60, at)
    assert.doesNotMatch(text, /queue_log/)
})

await test('a file that is being written waits until it is whole; names that are not ready and links are passed over', async () => {
    empty()
    const slow = path.join(spool, 'slow.jsonl')
    writeFileSync(slow, '')
    for (let i = 0; i < 10; i++) {
        appendFileSync(slow, `${record(`s${i}`)}\n`)
        await pause(40)
    }
    await gone('slow.jsonl')
    await drained()
    assert.equal(count(), 10)
    assert.ok(!readdirSync(path.join(spool, 'rejected')).some((name) => name.startsWith('slow')))
    writeFileSync(path.join(spool, '.hidden'), record('h'))
    writeFileSync(path.join(spool, 'x.part'), record('h'))
    symlinkSync('/etc/hostname', path.join(spool, 'link'))
    put('future.json', record('f'))
    const ahead = new Date(Date.now() + 7200000)
    utimesSync(path.join(spool, 'future.json'), ahead, ahead)
    await gone('future.json')
    await drained()
    assert.equal(count(), 11)
    assert.deepEqual(files().sort(), ['.hidden', 'x.part'])
    assert.ok(existsSync(path.join(spool, 'link')))
})

await test('killed in the middle, again and again, it takes every file once', async () => {
    empty()
    for (let i = 0; i < 300; i++) put(`k${i}.json`, record(`k${i}`))
    for (let kill = 0; kill < 4; kill++) {
        await pause(60 + 70 * kill)
        await daemon.stop('SIGKILL')
        await daemon.start(false)
    }
    await daemon.ready()
    await until(() => files().filter((name) => name.startsWith('k')).length === 0, 'all files are taken', 60)
    await drained()
    assert.equal(count(), 300)
    assert.equal(sql('select count(*) from samtale.part'), '300')
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
})

await test('a queue that is full is waited for, and the daemon stops in order meanwhile', async () => {
    empty()
    sql("create function samtale.full_now() returns trigger language plpgsql as $$ begin raise 'full' using errcode = 'SAM01'; end $$; create trigger full_now before insert on samtale.inbox execute function samtale.full_now()")
    put('late.json', record('late'))
    await until(() => daemon.said().includes('feed.waiting'), 'it says that it waits')
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    sql('drop trigger full_now on samtale.inbox')
    assert.ok(existsSync(path.join(spool, 'late.json')))
    daemon = await make()
    await daemon.start()
    await gone('late.json')
    await drained()
    assert.equal(count(), 1)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
})

await test('the limit of a file, long and strange names, and notes that are too old', async () => {
    empty()
    const note = (name, minutes) => {
        const to = path.join(spool, 'done', name), then = new Date(Date.now() - minutes * 60000)
        writeFileSync(to, '')
        utimesSync(to, then, then)
    }
    note('old', 3)
    note('young', 1)
    daemon = await make({ file_bytes: '6 MiB', done_keep: '2 min' })
    await daemon.start()
    const long = `${'n'.repeat(200)}.bin`, source = 's'.repeat(120)
    put('large.jsonl', `${record('l')}${'\n'.repeat(7 << 20)}`)
    put('wide1.jsonl', `${record('w1')}${'\n'.repeat(5 << 20)}`)
    put('wide2.jsonl', `${record('w2')}${'\n'.repeat(5 << 20)}`)
    put('blank.jsonl', '\n \n')
    put(`${source}/${long}`, 'noise\0')
    put(`s2/${long}`, 'noise\0')
    put('a "b" \\c\n.json', record('strange'))
    const latin = Buffer.concat([Buffer.from(`${spool}/b`), Buffer.from([0xf8]), Buffer.from('n.json')])
    writeFileSync(latin, record('latin'))
    mkdirSync(path.join(dir, 'elsewhere'))
    writeFileSync(path.join(dir, 'elsewhere/x.json'), record('elsewhere'))
    symlinkSync(path.join(dir, 'elsewhere'), path.join(spool, 'linked'))
    await until(() => readdirSync(path.join(spool, 'rejected')).filter((name) => name.includes('nnnn')).length === 4, 'both of the long name are rejected', 20)
    for (const name of ['large.jsonl', 'wide1.jsonl', 'wide2.jsonl', 'blank.jsonl', 'a "b" \\c\n.json']) await gone(name)
    await until(() => !existsSync(latin), 'the name that is not UTF-8 is taken', 20)
    await drained()
    assert.equal(sql("select string_agg(external_id, ' ' order by external_id) from samtale.conversation_key"), 'latin strange w1 w2')
    const reasons = readdirSync(path.join(spool, 'rejected')).filter((name) => name.endsWith('.reason')).map((name) => readFileSync(path.join(spool, 'rejected', name), 'utf8'))
    assert.ok(reasons.some((text) => /^73401\d\d bytes, the limit is 6291456: see \[spool\] file_bytes, or use samtaled import\n/.test(text)), reasons.join(''))
    assert.ok(reasons.some((text) => text.startsWith('empty: nothing but blanks\n')), reasons.join(''))
    assert.ok(existsSync(path.join(dir, 'elsewhere/x.json')))
    await until(() => !existsSync(path.join(spool, 'done/old')), 'the old note is gone', 20)
    assert.ok(existsSync(path.join(spool, 'done/young')))
})

await test('done/ and rejected/ that are gone are told, and what was waiting for them is taken once they are back', async () => {
    empty()
    for (const [folder, file, text] of [['done', 'kept.json', record('kept')], ['rejected', 'kept.bin', 'noise\0']]) {
        const before = daemon.said().length, stuck = () => /spool.stuck files=1 /.test(daemon.said().slice(before))
        rmSync(path.join(spool, folder), { recursive: true })
        put(file, text)
        await until(stuck, `it tells that ${folder}/ is gone`, 20)
        assert.ok(existsSync(path.join(spool, file)))
        mkdirSync(path.join(spool, folder))
        await gone(file)
        assert.ok(readdirSync(path.join(spool, folder)).some((name) => name.startsWith(`${file}.`)))
    }
    await drained()
    assert.equal(sql('select count(*) from samtale.part'), '1')
    assert.equal(sql('select count(*) from samtale.dead_letter'), '0')
})

await test('of one message that is a whole log, what cannot be read is a dead letter and the rest is stored', async () => {
    empty()
    put('phones/queue_log', '1772445600|1772445600.1|IT|NONE|ENTERQUEUE||22345678|1\ncut here\n1772445609|1772445600.1|IT|NONE|ABANDON|1|1|9\n')
    await gone('phones/queue_log')
    await drained()
    assert.equal(sql("select string_agg(external_id, ' ') from samtale.conversation_key"), '1772445600.1')
    assert.equal(sql("select convert_from(body, 'UTF8') from samtale.dead_letter"), 'cut here')
})

await test('a message that the queue refuses for good rejects its own file and no other', async () => {
    empty()
    sql(`create function samtale.refuse() returns trigger language plpgsql as $$ begin
        if convert_from(new.body, 'UTF8') like '%"r2"%' then raise 'no r2 here' using errcode = '22023'; end if; return new; end $$;
        create trigger refuse before insert on samtale.inbox for each row execute function samtale.refuse()`)
    for (const id of ['r1', 'r2', 'r3']) put(`${id}.json`, record(id))
    for (const id of ['r1', 'r2', 'r3']) await gone(`${id}.json`)
    sql('drop trigger refuse on samtale.inbox')
    await drained()
    assert.equal(sql("select string_agg(external_id, ' ' order by external_id) from samtale.conversation_key"), 'r1 r3')
    const reason = readdirSync(path.join(spool, 'rejected')).find((name) => /^r2.*reason$/.test(name))
    assert.match(readFileSync(path.join(spool, 'rejected', reason), 'utf8'), /no r2 here/)
    assert.match(await (await fetch(`${daemon.url}/metrics`)).text(), /^samtale_feed_refused_total\{door="spool"\} 1$/m)
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
})

await test('a folder that cannot be made is told at the start', async () => {
    writeFileSync(path.join(dir, 'plain'), '')
    daemon = await make({ folder: path.join(dir, 'plain/spool') })
    await daemon.start(false)
    assert.equal(await daemon.ended, 1)
    assert.match(daemon.said(), /\[spool\] folder: cannot make .*Not a directory/)
})

await done()
