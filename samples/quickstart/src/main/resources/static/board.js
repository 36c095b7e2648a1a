// Asks for the board each second and shows it. What comes from outside, such as the name of a process, is only ever
// put into the page as text.

const INTERVAL = 1000;
const TREND_LENGTH = 60;

// ---- How figures are written

const decimals = (value, digits) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (share) => `${decimals(share * 100, share < 0.0995 ? 1 : 0)} %`;
const count = (value) => decimals(value, 0);

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${decimals(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

function span(seconds) {
  if (seconds < 60) return `${decimals(seconds, 0)} s`;
  if (seconds === 60) return '1 min';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

const measured = { NUMBER: (value) => decimals(value, Number.isInteger(value) ? 0 : 2), SHARE: percent, SECONDS: span };

// ---- What the cards show: a figure, its course, and a line of detail

const HOST_CARDS = [
  {
    key: 'host:load', title: 'Load', figure: (load) => decimals(load.oneMinute, 2), course: (load) => load.oneMinute,
    detail: (load) => [
      load.fiveMinutes !== undefined && `${decimals(load.fiveMinutes, 2)} over 5 min`,
      load.runnable !== undefined && `${load.runnable} runnable`,
    ],
  },
  {
    key: 'host:cpu', title: 'Processors busy', figure: (cpu) => percent(cpu.busy), course: (cpu) => cpu.busy, top: 1,
    detail: (cpu) => [`of ${cpu.count} ${cpu.count === 1 ? 'processor' : 'processors'}`],
  },
  {
    key: 'host:memory', title: 'Memory in use', figure: (memory) => percent(1 - memory.availableBytes / memory.totalBytes),
    course: (memory) => 1 - memory.availableBytes / memory.totalBytes, top: 1,
    detail: (memory) => [`${bytes(memory.availableBytes)} of ${bytes(memory.totalBytes)} available`],
  },
  {
    key: 'host:headroom', title: 'Headroom', figure: (headroom) => percent(headroom.free), course: (headroom) => headroom.free,
    top: 1, detail: (headroom) => [`derived: ${decimals(headroom.loadPerCpu, 2)} load per processor`],
  },
];

const APPLICATION_CARDS = [
  { key: 'app:metric:jvm.threads.live', title: 'Live threads', figure: (metric) => count(metric.value) },
  { key: 'app:metric:jvm.memory.used', title: 'Memory used', figure: (metric) => bytes(metric.value) },
  { key: 'app:metric:http.server.requests', title: 'HTTP requests', figure: (metric) => count(metric.value) },
  { key: 'app:metric:process.uptime', title: 'Uptime', figure: (metric) => span(metric.value) },
].map((card) => ({ ...card, course: (metric) => metric.value, detail: () => [] }));

const BACKENDS = { PROC: '/proc', ACTUATOR: 'Own Actuator', OBJECTIVES: 'Objectives table' };
const MODES = { OFF: 'works', ERROR: 'fails', SLOW: 'is slow' };

// ---- Small tools

const byId = (id) => document.getElementById(id);

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// Leaves alone what has not changed, so that selections and screen readers are not disturbed each second.
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function fromTemplate(id, key) {
  const made = byId(id).content.firstElementChild.cloneNode(true);
  made.dataset.key = key;
  return made;
}

function elementFor(container, templateId, key) {
  return [...container.children].find((child) => child.dataset.key === key)
      ?? container.appendChild(fromTemplate(templateId, key));
}

// ---- Provenance

function ageOf(millis) {
  return millis < 10_000 ? `${decimals(millis / 1000, 1)} s` : span(millis / 1000);
}

function state(value) {
  if (!value) return 'failed';
  if (value.stale) return 'stale';
  return value.fallbackFor ? 'fallback' : 'fresh';
}

function chip(value) {
  const made = element('span', `chip provenance ${state(value)}`);
  made.append(value
    ? [value.source, ageOf(value.ageMillis), value.stale && 'stale'].filter(Boolean).join(' · ')
    : 'no value');
  if (value) {
    made.title = `observed ${new Date(value.observedAt).toLocaleTimeString()}, version ${value.version}`
        + (value.fromCache ? ', from the cache' : ', just read');
  }
  return made;
}

function reasonOf(failure) {
  if (!failure) return 'not there';
  const attempts = failure.sources.map((attempt) => `${attempt.source}: ${attempt.message}`);
  return [failure.detail, ...attempts].join('; ');
}

function showOrigin(target, value, failure, ...others) {
  const made = [chip(value), ...others.filter(Boolean).map(chip)];
  if (value?.fallbackFor) made.push(element('span', 'why', `in place of ${value.fallbackFor}`));
  if (!value) made.push(element('span', 'why', reasonOf(failure)));
  target.replaceChildren(...made);
}

// ---- The parts of the page

const courses = new Map();

function trend(key, latest) {
  const course = courses.get(key) ?? [];
  courses.set(key, course);
  course.push(latest);
  if (course.length > TREND_LENGTH) course.shift();
  return course;
}

function points(course, top) {
  const known = course.filter((value) => value !== null);
  const low = top === undefined ? Math.min(...known) : 0;
  const high = top ?? Math.max(...known);
  const height = (value) => high > low ? 20 - (value - low) / (high - low) * 20 : 10;
  const step = TREND_LENGTH / Math.max(course.length - 1, 1);
  return course
    .map((value, position) => value === null ? null : `${(position * step).toFixed(2)},${height(value).toFixed(2)}`)
    .filter(Boolean)
    .join(' ');
}

function showCards(container, cards, board) {
  for (const definition of cards) {
    const value = board.values[definition.key];
    const card = elementFor(container, 'card', definition.key);
    setText(card.querySelector('h3'), definition.title);
    setText(card.querySelector('.figure'), value ? definition.figure(value.value) : '–');
    setText(card.querySelector('.detail'), value ? definition.detail(value.value).filter(Boolean).join(' · ') : '');
    const course = trend(definition.key, value ? definition.course(value.value) : null);
    card.querySelector('polyline').setAttribute('points', points(course, definition.top));
    showOrigin(card.querySelector('.origin'), value, board.errors[definition.key]);
  }
}

function judgement({ objective, measured: value, unit, met }) {
  const write = measured[unit];
  const side = objective.comparison === 'AT_MOST' ? 'at most' : 'at least';
  return `${met ? 'Met' : 'Missed'}: ${write(value)}, ${side} ${write(objective.target)}`;
}

function showObjectives(container, board) {
  const prefix = 'objective:outcome:';
  const keys = [...Object.keys(board.values), ...Object.keys(board.errors)].filter((key) => key.startsWith(prefix));
  for (const key of keys) {
    const value = board.values[key];
    const item = elementFor(container, 'objective', key);
    const outcome = value?.value;
    const definition = board.values[`objective:definition:${key.slice(prefix.length)}`];
    item.className = `objective ${outcome ? (outcome.met ? 'met' : 'missed') : 'unknown'}`;
    setText(item.querySelector('.title'), (outcome?.objective ?? definition?.value)?.title ?? key.slice(prefix.length));
    setText(item.querySelector('.detail'), outcome ? judgement(outcome) : 'Not known');
    showOrigin(item.querySelector('.origin'), value, board.errors[key], definition);
  }
}

function showTable(body, list, prefix, board, order, cells) {
  const values = Object.entries(board.values).filter(([key]) => key.startsWith(prefix));
  const rows = values.sort(([, left], [, right]) => order(left.value, right.value)).map(([key, value]) => {
    const row = element('tr', '', ...cells(value.value), element('td', '', chip(value)));
    row.dataset.key = key;
    return row;
  });
  const failed = Object.entries(board.errors).filter(([key]) => key.startsWith(prefix) || key === list);
  for (const [key, failure] of failed.slice(0, 3)) {
    const reason = element('td', 'reason', reasonOf(failure));
    reason.colSpan = 3;
    rows.push(element('tr', '', element('th', '', key), reason, element('td', '', chip())));
  }
  if (rows.length === 0) {
    const nothing = element('td', 'reason', 'None to be seen.');
    nothing.colSpan = 5;
    rows.push(element('tr', '', nothing));
  }
  body.replaceChildren(...rows);
}

function rowHead(...content) {
  const head = element('th', '', ...content);
  head.scope = 'row';
  return head;
}

const number = (text) => element('td', 'number', text);

function processCells(process) {
  return [
    rowHead(element('span', 'pid', String(process.pid)), ' ', process.name),
    number(percent(process.cpu)),
    number(process.residentBytes === undefined ? '–' : bytes(process.residentBytes)),
    number(process.threads === undefined ? '–' : count(process.threads)),
  ];
}

function diskCells(disk) {
  return [
    rowHead(disk.name),
    number(`${bytes(disk.readBytesPerSecond)}/s`),
    number(`${bytes(disk.writtenBytesPerSecond)}/s`),
    number(percent(disk.busy)),
  ];
}

function showFailing(container, failing) {
  const lines = failing.map((source) => element('li', '', element('strong', '', source.source),
      ` ${source.message}`, source.leftAlone ? ' · left alone, its circuit is open' : ''));
  const text = lines.map((line) => line.textContent).join('\n');
  // Announced once, not each second.
  if (container.dataset.shown !== text) {
    container.dataset.shown = text;
    container.replaceChildren(...(lines.length > 0 ? [element('ul', '', ...lines)] : []));
  }
}

function showFaults(container, faults) {
  for (const [backend, mode] of Object.entries(faults)) {
    let fieldset = [...container.children].find((child) => child.dataset.key === backend);
    if (!fieldset) {
      fieldset = container.appendChild(fromTemplate('switch', backend));
      fieldset.querySelector('legend').textContent = BACKENDS[backend] ?? backend;
      for (const [position, label] of Object.entries(MODES)) {
        const input = element('input');
        input.type = 'radio';
        input.name = `fault-${backend}`;
        input.value = position;
        input.addEventListener('change', () => turn(backend, position));
        fieldset.querySelector('.positions').append(element('label', '', input, element('span', '', label)));
      }
    }
    fieldset.querySelector(`input[value="${mode}"]`).checked = true;
  }
}

function showSummary(board) {
  const sources = new Set(Object.values(board.values).map((value) => value.source));
  const taken = board.diagnostics;
  const calls = taken.sourceCalls - taken.derivedCalls;
  setText(byId('summary'), `${taken.resolved} of ${taken.requested} values from ${sources.size} sources in `
      + `${decimals(taken.durationMillis, 1)} ms: ${calls} ${calls === 1 ? 'call' : 'calls'}, ${taken.batchCalls} for many values at once; `
      + `${taken.derivedCalls} derived; all others were fresh`);
}

function show(board) {
  showSummary(board);
  showFaults(byId('faults'), board.faults);
  showFailing(byId('failing'), board.failing);
  showCards(byId('host'), HOST_CARDS, board);
  showCards(byId('application'), APPLICATION_CARDS, board);
  showObjectives(byId('objectives'), board);
  showTable(byId('processes'), 'host:processes', 'host:process:', board, (left, right) => right.cpu - left.cpu, processCells);
  showTable(byId('disks'), 'host:disks', 'host:disk:', board, (left, right) => left.name.localeCompare(right.name), diskCells);
}

// ---- Asking

function showConnection(live) {
  document.body.classList.toggle('lost', !live);
  byId('connection').className = `chip ${live ? 'fresh' : 'failed'}`;
  setText(byId('connection'), live ? 'live' : 'the application does not answer');
}

let asked = 0;
let shown = 0;

async function refresh() {
  const turnOfThisOne = ++asked;
  try {
    const response = await fetch('board', { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const board = await response.json();
    // An answer that was overtaken by a later one would show the past.
    if (turnOfThisOne > shown) {
      shown = turnOfThisOne;
      show(board);
    }
    showConnection(true);
  } catch (error) {
    console.error(error);
    showConnection(false);
  }
}

async function turn(backend, mode) {
  await fetch(`faults/${backend.toLowerCase()}?mode=${mode.toLowerCase()}`, { method: 'POST' });
  await refresh();
}

async function run() {
  if (!document.hidden) await refresh();
  setTimeout(run, INTERVAL);
}

run();
