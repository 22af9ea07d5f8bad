// Why answers differ. Every difference has one reason, and every reason has a difference.

/// The differences with their reasons.
export function explained(differences, reasons) {
  const complaints = [];
  const rows = differences.map((difference) => {
    const found = reasons.filter((reason) => explains(reason, difference));
    const here = `${difference.id}, ${difference.at}: ours is ${difference.ours}, theirs is ${difference.theirs}`;
    if (found.length === 0) complaints.push(`no reason: ${here}`);
    if (found.length > 1) complaints.push(`${found.length} reasons: ${here}`);
    return { ...difference, reason: found[0]?.reason };
  });
  for (const reason of reasons) {
    for (const single of singles(reason)) {
      if (differences.some((difference) => explains(single, difference))) continue;
      const fact = single.at ? `, ${single.at}` : '';
      complaints.push(`no difference any more: ${single.vectors[0]}${fact}: ${reason.reason}`);
    }
  }
  return { rows, complaints };
}

/// A reason is about the facts that it names, or about whether and why its vectors are refused.
function explains({ vectors, at }, difference) {
  return vectors.includes(difference.id) && [at ?? ['outcome', 'kind']].flat().includes(difference.at);
}

/// A reason for each of its vectors, and each of the facts that it names.
function singles({ vectors, at }) {
  return vectors.flatMap((id) => [at].flat().map((fact) => ({ vectors: [id], at: fact })));
}
