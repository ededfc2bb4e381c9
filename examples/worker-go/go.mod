module hopcheck.example/worker

go 1.19

require (
	github.com/BurntSushi/toml v1.4.0
	github.com/godbus/dbus/v5 v5.1.0
	gopkg.in/yaml.v3 v3.0.1
)
