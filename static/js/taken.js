// Money that was taken outlives a reload, though nothing is recorded yet.

export function keep(uid, tenders) {
  if (tenders.length) sessionStorage.setItem(`taken:${uid}`, JSON.stringify(tenders));
  else sessionStorage.removeItem(`taken:${uid}`);
}

export function recall(uid) {
  return JSON.parse(sessionStorage.getItem(`taken:${uid}`) ?? "[]");
}
