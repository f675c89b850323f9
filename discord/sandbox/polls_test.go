package sandbox

func aPoll() obj {
	return obj{"question": obj{"text": "Tea?"}, "answers": []obj{{"poll_media": obj{"text": "yes"}}, {"poll_media": obj{"text": "no", "emoji": obj{"name": "👎"}}}}}
}
