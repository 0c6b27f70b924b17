/*
 * The chat page: one loop that sends what the person said and fetches what the bot answered.
 *
 * Each entry of the transcript has a key of its own in localStorage, so that two tabs never overwrite one another:
 *   ct.e.<era>.m<id>    a message of the bot, by its id on the server: arriving twice, it is one entry
 *   ct.e.<era>.o<uuid>  what the person said; its uuid makes sending it again harmless
 * An era ends when the server does not know our cursor any more (another cookie, another database) or when the person
 * has all forgotten; ids of different eras have nothing to do with one another.
 */
(function () {
  'use strict';

  const FIRST = '00000000-0000-4000-8000-000000000001';
  const KEPT = 300;
  const WAIT = typeof AbortController === 'function' ? 25 : 0;

  /* Every sentence that this script shows. What the server says about a refused request is for programs. */
  const WORDS = {
    person: 'Bà con: ',
    bot: 'Chung Tay: ',
    choose: 'Chọn một mục',
    again: 'Bắt đầu lại',
    sending: 'đang gửi…',
    searching: 'Đang tìm trong kế hoạch…',
    resend: 'Gửi lại',
    offline: 'Mất mạng. Tin sẽ tự gửi khi có mạng.',
    busy: 'Máy chủ đang bận. Tin sẽ tự gửi lại.',
    forget: 'Xóa cuộc trò chuyện khỏi máy này? Xóa rồi không lấy lại được.',
    unsent: 'Chưa gửi được. Bà con bấm gửi lại giúp tôi nhé.',
    refused: {
      400: 'Tin này tôi chưa đọc được. Bà con gõ lại giúp tôi nhé.',
      403: 'Chưa gửi được. Bà con đóng trang này, mở lại rồi gửi giúp tôi nhé.',
      413: 'Tin này dài quá. Bà con chia ra gửi từng phần giúp tôi nhé.',
      500: 'Xin lỗi bà con, tôi vừa gặp trục trặc nên chưa trả lời được. Bà con thử lại sau ít phút giúp tôi nhé.',
    },
  };

  const $ = (id) => document.getElementById(id);
  const log = $('log'), box = $('text'), net = $('net'), waiting = $('waiting');
  const finePointer = window.matchMedia('(pointer: fine)').matches;
  const store = openStore();
  const mine = new Set();
  const shown = new Map();
  let failures = 0, tries = 0, lastAt = 0, hurry = true, forgetting = false;
  let wake = () => {};

  /* ---- what is remembered ---- */

  function openStore() {
    const memory = new Map();
    let disk = null;
    try {
      disk = window.localStorage;
      disk.getItem('ct.era');
    } catch (e) { disk = null; }
    return {
      get: (key) => memory.has(key) ? memory.get(key) : disk && disk.getItem(key),
      set(key, value) {
        try {
          if (!disk) throw new Error('no disk');
          disk.setItem(key, value);
          memory.delete(key);
        } catch (e) { memory.set(key, value); }
      },
      remove(key) { memory.delete(key); if (disk) disk.removeItem(key); },
      keys() { return Array.from(new Set((disk ? Object.keys(disk) : []).concat(Array.from(memory.keys())))); },
    };
  }

  const era = () => Number(store.get('ct.era')) || 1;

  function cursor(of) {
    const [e, n] = (store.get('ct.cursor') || '').split(':').map(Number);
    return e === of && n > 0 ? n : 0;
  }

  function read(key) {
    try { return JSON.parse(store.get(key)); } catch (e) { return null; }
  }

  function write(key, entry) { store.set(key, JSON.stringify(entry)); }

  function entries() {
    const all = [];
    for (const key of store.keys()) {
      const [, of, kind] = /^ct\.e\.(\d+)\.([mo])/.exec(key) || [];
      const entry = of && read(key);
      if (!entry) continue;
      const own = kind === 'o';
      const place = own ? (typeof entry.after === 'number' ? entry.after : Infinity) : entry.id;
      all.push({ key, entry, own, era: Number(of), place, at: entry.at || 0 });
    }
    return all.sort((a, b) => a.era - b.era || (a.place === b.place ? a.own - b.own || a.at - b.at : a.place - b.place));
  }

  function prune() {
    const all = entries();
    for (const { key, entry } of all.slice(0, Math.max(0, all.length - KEPT))) {
      if (entry.state !== 'pending') store.remove(key);
    }
  }

  function adopt() {
    for (const { own, entry } of entries()) if (own && entry.state === 'pending') mine.add(entry.id);
  }

  function uuid() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64;
    b[8] = b[8] & 63 | 128;
    const hex = Array.from(b, (n) => (n + 256).toString(16).slice(1)).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /* ---- the loop: one request at a time ---- */

  function say(entry) {
    lastAt = Math.max(Date.now(), lastAt + 1);
    entry = Object.assign({ id: uuid(), at: lastAt, state: 'pending' }, entry);
    write('ct.e.' + era() + '.o' + entry.id, entry);
    mine.add(entry.id);
    sync();
    wake();
  }

  function greet() { say({ id: FIRST, text: '/start', hidden: true }); }

  async function run() {
    for (;;) {
      const next = entries().find((e) => e.own && e.entry.state === 'pending' && mine.has(e.entry.id));
      if (forgetting) await forgetThere();
      else if (next) await deliver(next);
      else if (document.hidden) await pause(2e9);
      else await look();
    }
  }

  async function deliver({ key, entry }) {
    const asked = { era: era(), after: cursor(era()) };
    if (typeof entry.after !== 'number') write(key, Object.assign(entry, { after: asked.after }));
    const patience = setTimeout(() => { waiting.textContent = WORDS.searching; scroll(); }, 400);
    const said = entry.choice ? { choice: entry.choice } : { text: entry.text };
    const answer = await request('POST', 'chat/messages', Object.assign({ id: entry.id, after: asked.after }, said));
    clearTimeout(patience);
    waiting.textContent = '';
    if (answer.ok) {
      settle(key, 'sent');
      apply(answer.data, asked);
      well();
    } else if (lasting(answer.status)) {
      tries = 0;
      settle(key, 'failed', WORDS.refused[answer.status]);
    } else await unwell(answer.status);
  }

  async function look() {
    const asked = { era: era(), after: cursor(era()) };
    const wait = hurry ? 0 : WAIT;
    const answer = await request('GET', 'chat/messages?after=' + asked.after + '&wait=' + wait, null, true);
    if (answer.aborted) return;
    if (!answer.ok) return unwell(answer.status);
    hurry = false;
    well();
    await pause(apply(answer.data, asked) ? 300 : WAIT ? 3000 : 10000);
  }

  async function forgetThere() {
    const answer = await request('POST', 'chat/forget', {});
    if (!answer.ok) return unwell(answer.status);
    forgetting = false;
    store.remove('ct.forget');
    well();
    greet();
  }

  /* A 500 is tried three times, so that one message that breaks the bot does not hold up the others. */
  function lasting(status) {
    if (status === 500) return ++tries >= 3;
    return status >= 400 && status < 500 && status !== 408 && status !== 429;
  }

  function well() {
    failures = tries = 0;
    net.textContent = '';
  }

  function unwell(status) {
    failures += 1;
    net.textContent = status ? WORDS.busy : WORDS.offline;
    return pause(Math.min(30, Math.pow(2, failures - 1)) * 1000 * (0.75 + Math.random() / 2));
  }

  function pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  async function request(method, path, body, idle) {
    const stop = WAIT ? new AbortController() : null;
    let aborted = false;
    const timer = setTimeout(() => stop && stop.abort(), 40000);
    wake = () => { if (idle && stop) { aborted = true; stop.abort(); } };
    try {
      const response = await fetch(path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body ? JSON.stringify(body) : undefined,
        signal: stop ? stop.signal : undefined,
      });
      const data = await response.json().catch(() => null);
      if (response.ok && !data) return { ok: false, status: 0 };
      return { ok: response.ok, status: response.status, data, aborted };
    } catch (e) {
      return { ok: false, status: 0, aborted };
    } finally {
      clearTimeout(timer);
      wake = () => {};
    }
  }

  /* Keep what the server gave. Returns whether something in it was new. */
  function apply(data, asked) {
    if (era() !== asked.era) return false;
    let of = asked.era, fresh = false;
    if (data.after !== asked.after) store.set('ct.era', String(of += 1));
    for (const message of data.messages) {
      const key = 'ct.e.' + of + '.m' + message.id;
      if (store.get(key)) continue;
      write(key, message);
      fresh = true;
    }
    store.set('ct.cursor', of + ':' + Math.max(cursor(of), data.last));
    sync();
    return fresh;
  }

  function settle(key, state, note) {
    const entry = read(key);
    if (!entry) return;
    write(key, Object.assign(entry, { state, note: note || undefined }));
    mine.delete(entry.id);
    sync();
  }

  /* ---- what is seen ---- */

  function sync() {
    const all = entries().filter(({ entry }) => !entry.hidden);
    const keys = new Set(all.map(({ key }) => key));
    for (const [key, node] of shown) if (!keys.has(key)) { node.remove(); shown.delete(key); }
    let at = log.firstChild, added = false;
    for (const item of all) {
      let node = shown.get(item.key);
      if (!node) { node = item.own ? person(item) : bot(item); shown.set(item.key, node); added = true; }
      if (node === at) at = at.nextSibling;
      else log.insertBefore(node, at);
    }
    mark(all);
    if (added) scroll();
  }

  /* Only what the bot said since the person last spoke can still be chosen. */
  function mark(all) {
    const last = all.map(({ own }) => own).lastIndexOf(true);
    const pressed = new Set(all.filter(({ own }) => own).map(({ era, entry }) => era + ':' + entry.choice));
    all.forEach((item, n) => {
      const node = shown.get(item.key);
      if (item.own) return state(node, item);
      for (const button of node.querySelectorAll('.choices button')) {
        const was = pressed.has(item.era + ':' + button.dataset.choice);
        button.disabled = n < last;
        button.classList.toggle('pressed', was);
        if (was) button.setAttribute('aria-pressed', 'true');
      }
    });
  }

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  function person({ entry }) {
    const node = make('div', 'said me'), words = make('div', 'words');
    words.append(make('span', 'sr', WORDS.person), make('p', '', entry.label || entry.text));
    node.append(words, make('div', 'state'));
    return node;
  }

  function state(node, { key, entry }) {
    const line = node.querySelector('.state');
    if (line.dataset.state === entry.state) return;
    line.dataset.state = entry.state;
    line.textContent = entry.state === 'pending' ? WORDS.sending : '';
    if (entry.state !== 'failed') return;
    const again = make('button', '', WORDS.resend);
    again.type = 'button';
    again.onclick = () => {
      write(key, Object.assign(read(key), { state: 'pending', after: null }));
      mine.add(entry.id);
      sync();
      wake();
      box.focus();
    };
    line.append(make('span', '', entry.note || WORDS.unsent), again);
  }

  function bot({ entry }) {
    const node = make('div', 'said bot'), words = make('div', 'words');
    words.append(make('span', 'sr', WORDS.bot));
    let quote = null;
    const parts = entry.text.split(/\n{2,}/).filter((part) => part.trim());
    parts.forEach((part, n) => {
      if (!quote && opens(parts, n)) words.append(quote = make('blockquote'));
      (quote || words).append(make('p', /^Nguồn:/.test(part) ? 'source' : '', part));
      if (quote && closes(part)) quote = null;
    });
    node.append(words);
    if (entry.file) node.append(file(entry.file));
    if (entry.choices.length) node.append(choices(entry));
    return node;
  }

  function file({ name, href }) {
    const link = make('a', 'file', name);
    link.href = href;
    link.download = name;
    return link;
  }

  const closes = (part) => /”[.;,]?\s*$/.test(part);

  /* Whether a quote begins here and ends here or in a later paragraph, before another begins. */
  function opens(parts, n) {
    if (!/^\s*“/.test(parts[n])) return false;
    for (let m = n; m < parts.length && (m === n || !/^\s*“|^Nguồn:/.test(parts[m])); m += 1) {
      if (closes(parts[m])) return true;
    }
    return false;
  }

  function choices(entry) {
    const group = make('div', 'choices');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', WORDS.choose);
    for (const choice of entry.choices) {
      const button = make('button', '', choice.label);
      button.type = 'button';
      button.dataset.choice = choice.id;
      if (choice.number) button.dataset.number = choice.number;
      button.onclick = (event) => {
        say({ choice: choice.id, label: choice.label });
        if (finePointer || event.detail === 0) box.focus({ preventScroll: true });
      };
      group.append(button);
    }
    return group;
  }

  /* Down to the end, but not past the beginning of the newest exchange: a long answer is read from its start. */
  function scroll() {
    const own = log.querySelectorAll('.me'), last = own[own.length - 1] || log.firstChild;
    if (!last) return;
    const start = last.getBoundingClientRect().top + window.pageYOffset - 12;
    const end = document.documentElement.scrollHeight - window.innerHeight;
    window.scrollTo(0, own.length ? Math.max(0, Math.min(start, end)) : 0);
  }

  function grow() {
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + box.offsetHeight - box.clientHeight + 'px';
  }

  /* ---- what the person does ---- */

  function submit(event) {
    if (event) event.preventDefault();
    const text = box.value.trim();
    box.value = '';
    grow();
    box.focus();
    if (text) say({ text });
  }

  function typed(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  }

  function forget() {
    if (!window.confirm(WORDS.forget)) return box.focus();
    const next = era() + 1;
    for (const key of store.keys()) if (/^ct\./.test(key)) store.remove(key);
    store.set('ct.era', String(next));
    store.set('ct.forget', '1');
    mine.clear();
    forgetting = true;
    box.value = '';
    grow();
    sync();
    wake();
    box.focus();
  }

  function start() {
    $('form').hidden = $('actions').hidden = false;
    $('form').addEventListener('submit', submit);
    box.addEventListener('keydown', typed);
    box.addEventListener('input', grow);
    $('again').addEventListener('click', () => { say({ text: '/start', label: WORDS.again }); box.focus(); });
    $('forget').addEventListener('click', forget);
    window.addEventListener('storage', sync);
    window.addEventListener('online', () => { failures = 0; adopt(); wake(); });
    window.addEventListener('offline', () => { net.textContent = WORDS.offline; });
    document.addEventListener('visibilitychange', () => { hurry = true; adopt(); wake(); });
    if ('scrollRestoration' in history) history.scrollRestoration = 'manual';
    log.setAttribute('aria-busy', 'true');
    prune();
    sync();
    log.removeAttribute('aria-busy');
    if (finePointer) box.focus({ preventScroll: true });
    forgetting = store.get('ct.forget') !== null && store.get('ct.forget') !== undefined;
    adopt();
    if (!entries().length) {
      store.remove('ct.cursor');
      if (!forgetting) greet();
    }
    run();
  }

  start();
})();
