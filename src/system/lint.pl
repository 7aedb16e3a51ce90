#!/usr/bin/perl
# lint.pl: the gates of `make lint` that are the house's own: rooms, pureness, banned words, doc comments, bytes, numbers of migrations, sizes, open ends. Prints FILE:LINE: what
# for every fault and fails when there was one. Run from the top of the source tree.
use strict;
use warnings;

my $faults = 0;
sub fault { my ($place, $what) = @_; print "$place: $what\n"; $faults++; }
sub slurp { my ($path) = @_; open my $in, '<', $path or die "$path: $!\n"; local $/; my $text = <$in>; return $text // ''; }
my @files = split /\n/, `git ls-files --cached --others --exclude-standard`;
@files = grep { -f $_ } @files;
sub files { my ($re) = @_; return grep { $_ =~ $re } @files; }

# The text of a C file with comments blanked out, and strings too when asked; lines keep their numbers.
sub code {
    my ($text, $no_strings) = @_;
    $text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}{
        my ($comment, $string) = ($1, $2);
        defined $comment ? $comment =~ s/[^\n]/ /gr : $no_strings ? '""' : $string }gse;
    return $text;
}

# ---- rooms: who may open whose door; no loop ----------------------------------------------------------------------------
sub rooms {
    my (%may, @names);
    for (split /\n/, slurp('docs/rooms.txt')) {
        next if /^\s*(#|$)/;
        my ($room, $doors) = /^(\w+):\s*(.*)$/ or do { fault('docs/rooms.txt', "cannot be read: $_"); next };
        $may{$room} = {map { $_ => 1 } split ' ', $doors};
        push @names, $room;
    }
    my (%done, $moved);
    do {
        $moved = 0;
        for my $room (grep { !$done{$_} } @names) {
            next if grep { !$done{$_} } keys %{$may{$room}};
            $moved = $done{$room} = 1;
        }
    } while $moved;
    fault('docs/rooms.txt', "a loop or an unknown door: " . join ' ', grep { !$done{$_} } @names) if grep { !$done{$_} } @names;
    for my $file (files(qr{^(src|include)/.*\.[ch]$})) {
        my ($room) = $file =~ m{^src/(\w+)/} ? $1 : $file =~ m{^include/samtale/(\w+)\.h$} ? $1 : undef;
        if (!defined $room || !$may{$room}) { fault($file, 'belongs to no room of docs/rooms.txt'); next }
        my $line = 0;
        for (split /\n/, code(slurp($file))) {
            $line++;
            next unless /^\s*#\s*include\s+"([^"]+)"/;
            my $path = $1;
            if ($path =~ m{^samtale/(\w+)\.h$}) {
                fault("$file:$line", "room $room may not open the door of $1") if $1 ne $room && !$may{$room}{$1};
            } elsif ($path =~ m{/}) {
                fault("$file:$line", "\"$path\": a private header is opened by its room alone, without a path");
            }
        }
    }
}

# ---- pure rooms: no clock, no file, no socket, no database, no thread ------------------------------------------------------
sub pure {
    my %pure = map { $_ => 1 } qw(model text kpi read privacy join score rollup samples);
    for my $file (files(qr{^src/\w+/.*\.[ch]$})) {
        my ($room) = $file =~ m{^src/(\w+)/};
        next unless $pure{$room};
        my $line = 0;
        for (split /\n/, code(slurp($file))) {
            $line++;
            fault("$file:$line", "room $room is pure: it may not open <$1>")
                if m{^\s*#\s*include\s+<((?:sys/|netinet/|arpa/)[^>]+|uv\.h|time\.h|fcntl\.h|unistd\.h|dirent\.h|pthread\.h|libpq-fe\.h|microhttpd\.h|locale\.h)>};
        }
    }
}

# ---- banned words ---------------------------------------------------------------------------------------------------------
sub banned {
    my $never = qr/\b(sprintf|vsprintf|strcpy|stpcpy|strncpy|strcat|strncat|strtok|strtok_r|atoi|atol|atof|sscanf|gets|localtime|gmtime|ctime|asctime|setjmp|longjmp|alloca|system|popen|rand|srand|random|drand48|assert)\s*\(/;
    my $memory = qr/\b(malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf)\s*\(/;
    my $clock = qr/\b(time|gettimeofday|clock_gettime|clock|uv_hrtime)\s*\(/;
    for my $file (files(qr{^(src|include)/.*\.[ch]$})) {
        my $line = 0;
        for (split /\n/, code(slurp($file), 1)) {
            $line++;
            fault("$file:$line", "$1 is banned") if $_ =~ $never;
            fault("$file:$line", "$1 outside base: use an arena, or sam_new") if $file !~ m{^src/base/} && $_ =~ $memory;
            fault("$file:$line", "$1 outside the clock: use sam_clock_*") if $file ne 'src/loop/clock.c' && $_ =~ $clock;
        }
    }
}

# ---- doors: every header says what it is for, every function what it does --------------------------------------------------
sub doors {
    for my $file (files(qr{^include/.*\.h$})) {
        my $text = slurp($file);
        fault($file, 'has no /** @file block') unless $text =~ m{^/\*\*\s*\n \* \@file}m;
        my ($line, $above, $inside) = (0, '', 0);
        for (split /\n/, $text) {
            $line++;
            if ($inside) { $inside = 0 if m{\*/}; $above = 'doc' unless $inside; next }
            if (m{^\s*/\*\*}) { $inside = !m{\*/}; $above = 'doc' unless $inside; next }
            s{/\*.*?\*/}{}g;
            if (/^[A-Za-z_].*\b(sam_\w+)\(/ && !/^(#|typedef|return)/ && $above ne 'doc') {
                fault("$file:$line", "$1 has no doc comment");
            }
            $above = '' unless /^(static inline|__attribute__|extern "C")\s*$/;
        }
    }
    for my $file (files(qr{^(src|tests)/.*\.[ch]$})) {
        fault("$file:1", 'does not begin with a comment that says what it is for') unless slurp($file) =~ m{^/\*};
    }
}

# ---- bytes: ASCII but for lexicons, samples, the page and documents; no blanks at line ends; one line end at the end of the file -------------------
sub bytes {
    for my $file (files(qr{^(src|include|sql|tests|docs)/|^Makefile$|^README\.md$})) {
        next if $file =~ m{^(tests/fuzz/corpus|src/samples|src/dashboard|docs/.*\.(png|jpg|svg|webp))|package-lock|\.(png|ico|gz|bin|txt|model)$};
        my $text = slurp($file);
        my $line = 0;
        my $other = $file =~ m{^(src/packs|docs)/|^README\.md$|/lexicon\w*\.[ch]$|\.(mjs|ts|html|css|sql|json|jsonl|tsv)$|^tests/.*/data/};
        for (split /\n/, $text) {
            $line++;
            fault("$file:$line", 'a byte that is not ASCII: write it as an escape') if !$other && /[^\x00-\x7F]/;
            fault("$file:$line", 'blanks at the end of the line') if /[ \t\r]$/;
            fault("$file:$line", 'a tab') if /\t/ && $file =~ /\.[ch]$/;
            fault("$file:$line", 'an open end (TODO, FIXME, XXX) without an issue number') if /\b(TODO|FIXME|XXX)\b(?!.*#\d)/ && $file ne 'src/system/lint.pl';
        }
        fault($file, 'does not end with one line end') if length $text && $text !~ /[^\n]\n\z/;
    }
}

# ---- migrations: one number, one file; two of a number and the second would never be applied -----------------------------------
sub migrations {
    my $n = 0;
    for my $file (sort(files(qr{^sql/migrations/.*\.sql$}))) {
        my ($number) = $file =~ m{/(\d{4})_\w+\.sql$};
        $n++;
        fault($file, sprintf 'is numbered %s, %04d is next', $number // 'not at all', $n) if !defined $number || $number != $n;
    }
}

# ---- sizes: files, functions, paths; exceptions with their reasons in docs/size-exceptions.txt --------------------------------
sub sizes {
    my (%excused, %used);
    for (split /\n/, slurp('docs/size-exceptions.txt')) {
        next if /^\s*(#|$)/;
        my ($what, $why) = split ' ', $_, 2;
        defined $why && length $why ? $excused{$what} = $why : fault('docs/size-exceptions.txt', "no reason for $what");
    }
    my $check = sub {
        my ($key, $place, $what) = @_;
        $used{$key} = 1;
        fault($place, "$what (mend it, or give docs/size-exceptions.txt a reason for $key)") unless $excused{$key};
    };
    for my $file (files(qr{^(src|include|tests)/.*\.([ch]|sh|pl|ts|mjs|css)$|^Makefile$})) {
        my $lines = () = slurp($file) =~ /\n/g;
        $check->($file, $file, "$lines lines, at most 500") if $lines > 500;
    }
    my @sources = files(qr{^(src|tests)/.*\.c$});
    for (split /\n/, `pmccabe @sources`) {
        my ($paths, undef, undef, $first, $lines, $place) = split ' ', $_, 6;
        my ($file, $function) = $place =~ /^(\S+?)\(\d+\): (\S+)$/ or next;
        $check->("$file:$function", "$file:$first", "$function has $paths paths, at most 15") if $paths > 15;
        $check->("$file:$function", "$file:$first", "$function has $lines lines, at most 80") if $lines > 80;
    }
    fault('docs/size-exceptions.txt', "$_ needs no exception any more") for grep { !$used{$_} } sort keys %excused;
}

my %gates = (rooms => \&rooms, pure => \&pure, banned => \&banned, doors => \&doors, bytes => \&bytes, migrations => \&migrations, sizes => \&sizes);
for my $gate (@ARGV ? @ARGV : sort keys %gates) {
    $gates{$gate} or die "lint.pl: there is no gate \"$gate\": " . join(' ', sort keys %gates) . "\n";
    $gates{$gate}->();
}
print "$faults faults\n" if $faults;
exit($faults ? 1 : 0);
