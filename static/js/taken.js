// Money that was taken outlives a reload, though nothing is recorded yet.
export function keep(uid, tenders) {
  if (tenders.length) sessionStorage.setItem(`taken:${uid}`, JSON.stringify(tenders));
  else sessionStorage.removeItem(`taken:${uid}`);
}

export function recall(uid) {
  const taken = JSON.parse(sessionStorage.getItem(`taken:${uid}`) ?? "[]");
  return taken.map((tender) => ({ is_awaited: false, ...tender }));
}
