package config

// The keys of who is told when something is wrong.

type alertKeys struct {
	Mail     mailKeys    `yaml:"mail" doc:"who gets a mail, and by which server it is sent"`
	Webhook  webhookKeys `yaml:"webhook" doc:"which address is called"`
	Language language    `yaml:"language" doc:"in which language; default that of the first organisation"`
}

type mailKeys struct {
	To   []mailAddress `yaml:"to" doc:"who gets it" need:"who gets it, as [viestinta@example.org]"`
	From mailAddress   `yaml:"from" doc:"whom it is from" need:"whom it is from, as seuranta@example.org"`
	SMTP smtpKeys      `yaml:"smtp" doc:"the mail server that it is handed to" need:"the mail server, as {host: smtp.example.org}"`
}

type smtpKeys struct {
	Host     hostName `yaml:"host" doc:"name of the mail server" need:"the name of the mail server, as smtp.example.org"`
	Port     int      `yaml:"port" doc:"its port; default 587, with tls: tls 465, with tls: none 25"`
	User     string   `yaml:"user" doc:"who logs in; left out where the server asks for no login"`
	Password Secret   `yaml:"password" doc:"what the user logs in with"`
	TLS      tlsMode  `yaml:"tls" doc:"starttls: the connection is secured once it stands; tls: from its beginning; none: never, only on this machine; default starttls"`
}

type webhookKeys struct {
	URL          webhookURL `yaml:"url" secret:"part" doc:"the address; one that holds a token is given as ${NAME} or by url_file" need:"the address, as https://hooks.example.org/seuranta"`
	AllowPrivate bool       `yaml:"allow_private" doc:"it may be a private or loopback address; default false"`
}
