##! Logs as JSON lines.

redef LogAscii::use_json = T;
