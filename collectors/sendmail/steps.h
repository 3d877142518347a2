// The steps: what each kind of line gives.  One function a kind, named after the line; each emits the events
// of one line and says what the line was.  `line.body` begins with the words the dispatch table (dispatch.cc)
// names.
#pragma once

#include <span>
#include <string>

#include "collectors/sendmail/line.h"

namespace mta::sendmail {

// to=: delivery_step.cc
Verdict OnDelivery(const Line& line, Memory& memory, std::span<const std::string> internal_relays);

// from=: message_line.cc
Verdict OnMessage(const Line& line, Memory& memory);

// `NEWID: TYPE: TEXT` behind a queue id, `line.body` begins with the new id: dsn_line.cc
Verdict OnRelatedId(const Line& line, Memory& memory);

// reject_line.cc
Verdict OnRuleset(const Line& line, Memory& memory);
Verdict OnRefusedAddress(const Line& line, Memory& memory);  // `<x@y>... User unknown`
Verdict OnTooManyRecipients(const Line& line, Memory& memory);

// milter_line.cc
Verdict OnMilter(const Line& line, Memory& memory);       // what sendmail did at a milter's word
Verdict OnNamedMilter(const Line& line, Memory& memory);  // `milter=NAME, …`

// session_line.cc
Verdict OnConnect(const Line& line, Memory& memory);
Verdict OnLostInput(const Line& line, Memory& memory);
Verdict OnTimeout(const Line& line, Memory& memory);
Verdict OnStartTls(const Line& line, Memory& memory);
Verdict OnAuthSuccess(const Line& line, Memory& memory);
Verdict OnAuthFailure(const Line& line, Memory& memory);
Verdict OnProtocolError(const Line& line, Memory& memory);

// daemon_line.cc
Verdict OnSyserr(const Line& line, Memory& memory);
Verdict OnLosing(const Line& line, Memory& memory);
Verdict OnPossibleAttack(const Line& line, Memory& memory);
Verdict OnDone(const Line& line, Memory& memory);
Verdict OnDaemonStart(const Line& line, Memory& memory);
Verdict OnLoadRefusal(const Line& line, Memory& memory);

}  // namespace mta::sendmail
