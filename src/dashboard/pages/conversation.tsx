// One conversation: both lenses, the time line, the moments, and the words with the evidence marked.
import { useState } from 'preact/hooks';
import { api } from '../base/api';
import { listQuery, readFilters } from '../base/filters';
import { useRead, useTitle } from '../base/hooks';
import { href, type Route } from '../base/route';
import { instantText } from '../base/time';
import type { Conversation } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { ConversationLenses } from '../parts/conversation_lenses';
import { Details } from '../parts/details';
import { languageText } from '../parts/filter_bar';
import { Icon } from '../parts/icon';
import { Moments } from '../parts/moments';
import { Failure, Loading } from '../parts/states';
import { Timeline } from '../parts/timeline';
import { Transcript } from '../parts/transcript';

export function ConversationPage({ route }: { route: Route }) {
  const read = useRead(route.id, (signal) => api.conversation(route.id, signal));
  return (
    <div class="page talk">
      <a class="back" href={href('conversations', listQuery(readFilters(route.query)))}>
        <Icon name="left" />
        {t('talk.back')}
      </a>
      {read.error !== null && <Failure error={read.error} again={read.again} />}
      {read.data === null && read.error === null && <Loading />}
      {read.data !== null && <Talk talk={read.data} />}
    </div>
  );
}

/** Scrolls to a turn, focuses it, and marks it as the one that was asked for. */
function goTo(turn: number): void {
  const element = document.getElementById(`turn-${turn}`);
  if (element === null) return;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
}

function Talk({ talk }: { talk: Conversation }) {
  const [at, setAt] = useState<number | null>(null);
  const go = (turn: number): void => {
    setAt(turn);
    goTo(turn);
  };
  const tag = formatLocale();
  const title =
    talk.started_at === null
      ? t('talk.title.no_time', { id: talk.id })
      : instantText(tag, talk.started_at, talk.time_zone, { weekday: 'long', month: 'long', year: 'numeric' });
  const queues = [...new Set(talk.legs.map((leg) => leg.queue).filter((queue) => queue !== null))];
  const facts = [queues.join(' → '), term('channel', talk.channel), languageText(talk.language)].filter((fact) => fact !== '');
  useTitle(title);
  return (
    <>
      <header class="page-head">
        <h1>{title}</h1>
        <p class="page-sub">{facts.join(' · ')}</p>
      </header>
      <ConversationLenses talk={talk} />
      {talk.transcript !== null && talk.transcript.turns.length > 0 ? (
        <>
          <Timeline talk={talk} turns={talk.transcript.turns} at={at} go={go} />
          <div class="talk-body">
            <Transcript talk={talk} turns={talk.transcript.turns} at={at} />
            <Moments talk={talk} go={go} />
          </div>
        </>
      ) : (
        <p class="state">{t('talk.transcript.none')}</p>
      )}
      <Details talk={talk} />
    </>
  );
}
