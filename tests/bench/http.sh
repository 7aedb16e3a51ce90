#!/bin/bash
# http.sh: a cached answer of 2 KB from the http room against the same bytes as a file from nginx, one worker: same run, interleaved, keep-alive,
# wrk with one thread. Prints each round, the median ratio at 32, 128, 250 and 256 connections, and the CPU a request took (the steady
# figure on a busy machine); ends with status 1 below the bar.
#   ROUNDS=5  SECONDS_EACH=3  HTTP_BAR=1.0
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} bar=${HTTP_BAR:-1.0}
for need in wrk nginx; do
    command -v "$need" >/dev/null || PATH=$PATH:/usr/sbin command -v "$need" >/dev/null || { echo "http.sh: $need is not installed" >&2; exit 1; }
done
PATH=$PATH:/usr/sbin
dir=$(mktemp -d)
ours='' theirs=''
clean() {
    [ -z "$ours" ] || kill "$ours" 2>/dev/null || true
    [ -z "$theirs" ] || kill "$theirs" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

chmod 755 "$dir"
mkdir "$dir/www" "$dir/tmp"
{ printf '{"a":"'; head -c 2040 /dev/zero | tr '\0' x; printf '"}'; } >"$dir/www/body.json"
chmod -R a+rX "$dir/www"
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
cat >"$dir/nginx.conf" <<CONF
$([ "$EUID" != 0 ] || echo 'user root;')
daemon off; master_process on; worker_processes 1; pid $dir/pid; error_log $dir/error.log crit;
events { worker_connections 2048; }
http {
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=10; types { application/json json; }
    client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp; uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
    server { listen 127.0.0.1:$port backlog=1024; root $dir/www; }
}
CONF
nginx -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" &
theirs=$!
"$top/build/bench/http" >"$dir/ours" &
ours=$!
for _ in $(seq 100); do
    [ -s "$dir/ours" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.05
done
mine=$(head -n 1 "$dir/ours")
for address in "$mine" "$port"; do
    curl -s "http://127.0.0.1:$address/body.json" | cmp - "$dir/www/body.json" || { echo "http.sh: port $address serves other bytes" >&2; exit 1; }
done

# One second. @param 3  a file that the number of requests is added to
rate() { wrk -t1 -c"$2" -d1s "http://127.0.0.1:$1/body.json" | awk -v file="${3:-/dev/null}" '/requests in/ { print $1 >> file } /Requests\/sec/ { print $2 } /Non-2xx|Socket errors/ { print "http.sh: " $0 > "/dev/stderr" }'; }
add() { awk -v a="$1" -v b="$2" -v n="$seconds" 'BEGIN { print a + b / n }'; }
median() { sort -g | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

worst=''
printf '%12s %6s %12s %12s %8s\n' connections round nginx/s ours/s ratio
for connections in 32 128 250 256; do
    ratios=''
    for ((round = 1; round <= rounds; round++)); do
        a=0 b=0
        # second by second in turns, so that what else the machine does weighs on both
        for ((second = 0; second < seconds; second++)); do
            a=$(add "$a" "$(rate "$port" "$connections" "$dir/counts")") b=$(add "$b" "$(rate "$mine" "$connections")")
        done
        ratio=$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.3f", b / a }')
        ratios+="$ratio"$'\n'
        printf '%12s %6s %12s %12s %8s\n' "$connections" "$round" "$a" "$b" "$ratio"
    done
    middle=$(printf '%s' "$ratios" | median)
    printf '%12s median ratio %s\n' "$connections" "$middle"
    worst=$(printf '%s\n%s\n' "${worst:-$middle}" "$middle" | sort -g | head -n 1)
done
# utime and stime of nginx's worker, in ticks of 10 ms, over all requests that wrk counted
ticks=$(for pid in $(pgrep -P "$theirs"); do awk '{ print $14 + $15 }' "/proc/$pid/stat"; done | awk '{ t += $1 } END { print t }')
kill -TERM "$ours"
wait "$ours" || true
ours=''
printf 'CPU a request: ours %s us, nginx %s us\n' "$(sed -n 's/.*cpu_us=//p' "$dir/ours")" "$(awk -v t="$ticks" -v n="$(awk '{ n += $1 } END { print n }' "$dir/counts")" 'BEGIN { printf "%.1f", t * 10000 / n }')"
awk -v ratio="$worst" -v bar="$bar" 'BEGIN { printf "http: lowest median ratio %.2f, bar %.2f\n", ratio, bar; exit ratio < bar }'
